import Artifacts
import Foundation
import TestSupport
import Testing

@Suite("docs/artifacts.md says what the registry says")
struct DocumentationTests {
    /// The lines of the document under each heading of the second level.
    static let sections = (try? Repository.sections(of: "docs/artifacts.md")) ?? [:]

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

    /// Where each command opens the files that it is given, below Sources.
    static let readers: KeyValuePairs = [
        "cap-decode": ["Stages/Decode.swift"], "cap-embed": ["Stages/Embed.swift", "Stages/Parts.swift"],
        "cap-detect": ["Stages/Detect.swift"],
        "cap-describe": ["Stages/Describe.swift"], "cap-label": ["Stages/Label.swift"],
        "cap-finetune": ["Stages/Finetune.swift"], "cap-eval": ["Stages/Evaluate.swift", "Runs"],
        "cap-predict": ["Stages/Predict.swift"], "cap-export": ["Export"], "cap-report": ["Runs"],
        "cap-review": ["Review"], "cap-table": ["Tables"],
    ]

    @Test("the table of files says who writes and who opens each")
    func overview() throws {
        let kinds = Dictionary(uniqueKeysWithValues: Self.kinds.map { ($0.name, $0.schema.fileName) })
        var readers: [String: [String]] = [:]
        for (command, places) in Self.readers {
            let text = try places.map(Self.source).joined()
            let named = text.matches(of: /ArtifactReader\([^\n]*, schema: \.(\w+)\)/).map { String($0.1) }
            let parts = text.matches(of: /Parts<(\w)(\w*)Schema>/).map { $0.1.lowercased() + $0.2 }
            let opened = (named + parts).compactMap { kinds[$0] }
            for file in Set(opened) { readers[file, default: []].append("`\(command)`") }
        }
        let rows = ArtifactSchema.all.map { schema in
            let anchor = schema.fileName.replacing(".", with: "")
            let reading = readers[schema.fileName]?.joined(separator: ", ") ?? "people"
            return "| [\(schema.fileName)](#\(anchor)) | `\(schema.command)` | \(reading) |"
        }
        #expect(Self.sections["", default: []].filter { $0.hasPrefix("| [") } == rows)
    }

    /// Every kind by the name that it is opened with.
    static let kinds: [(name: String, schema: ArtifactSchema)] = [
        ("imagesPart", ImagesPartSchema.schema), ("images", ImagesSchema.schema), ("featuresPart", FeaturesPartSchema.schema),
        ("features", FeaturesSchema.schema),
        ("mismatch", MismatchSchema.schema),
        ("descriptions", DescriptionsSchema.schema), ("labels", LabelsSchema.schema),
        ("modelCheckpoint", ModelCheckpointSchema.schema), ("model", ModelSchema.schema),
        ("evaluation", EvaluationSchema.schema), ("predictions", PredictionsSchema.schema),
    ]

    /// The text of a source file, or of all in a folder.
    static func source(_ place: String) throws -> String {
        let path = Repository.file("Sources/" + place)
        if path.pathExtension == "swift" { return try String(contentsOf: path, encoding: .utf8) }
        return try FileManager.default.contentsOfDirectory(at: path, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    }

    /// The paths of datasets stand in the schemas and nowhere else in the sources.
    @Test("no dataset is named outside the schemas")
    func namedOnce() throws {
        let paths = Set(ArtifactSchema.all.flatMap { $0.datasets.map(\.path) }).filter { $0.contains("/") }
        let sources = Repository.file("Sources").path
        for file in try #require(FileManager.default.subpaths(atPath: sources))
        where file.hasSuffix(".swift") && !file.hasPrefix("Artifacts/Schemas/") {
            let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
            for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                for literal in line.matches(of: /"([^"\\]*)"/) where paths.contains(String(literal.1)) {
                    Issue.record("\(file) names \(literal.1)")
                }
            }
        }
    }
}
