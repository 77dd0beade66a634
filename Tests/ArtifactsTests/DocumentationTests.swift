import Artifacts
import Foundation
import Testing

@Suite("docs/artifacts.md says what the registry says")
struct DocumentationTests {
    /// The lines of the document under each heading of the second level.
    static let sections: [String: [String]] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/artifacts.md").standardizedFileURL
        let lines = (try? String(contentsOf: path, encoding: .utf8))?.components(separatedBy: "\n") ?? []
        var sections: [String: [String]] = [:]
        var heading = ""
        for line in lines {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            sections[heading, default: []].append(line)
        }
        return sections
    }()

    /// The rows of the tables under a heading, without their heads.
    static func rows(_ heading: String) -> [String] {
        (sections[heading] ?? []).filter { $0.hasPrefix("| `") }
    }

    static func row(_ attribute: AttributeSchema) -> String {
        "| `\(attribute.name)`\(attribute.isOptional ? " (optional)" : "") | \(attribute.kind.rawValue) "
            + "| \(attribute.meaning) |"
    }

    static func row(_ dataset: DatasetSchema) -> String {
        let shape = dataset.dimensions.isEmpty ? "scalar" : "[\(dataset.dimensions.joined(separator: ", "))]"
        return
            "| `\(dataset.path)`\(dataset.isOptional ? " (optional)" : "") | \(shape) | \(dataset.type.rawValue) "
            + "| \(dataset.unit) | \(dataset.meaning) |"
    }

    @Test(
        "every attribute and dataset of each file, and no other",
        arguments: ArtifactSchema.all.map(\.fileName))
    func file(name: String) throws {
        let schema = try #require(ArtifactSchema.all.first { $0.fileName == name })
        #expect(Self.rows(name) == schema.attributes.map(Self.row) + schema.datasets.map(Self.row))
        #expect(
            Self.sections[name]?.contains {
                $0.hasPrefix("`\(schema.name)` version \(schema.version), written by `\(schema.command)`.")
            }
                == true)
    }

    @Test("the attributes of every file")
    func common() {
        #expect(Self.rows("What holds for every file") == ArtifactSchema.commonAttributes.map(Self.row))
    }

    @Test("every file has a row in the table of files")
    func overview() {
        for schema in ArtifactSchema.all {
            #expect(Self.sections["", default: []].contains { $0.hasPrefix("| [\(schema.fileName)](") })
        }
    }
}
