import Foundation
import Terminal
import TestSupport
import Testing

@Suite("Documents say what is so")
struct DocumentTests {
    /// The repository's Markdown files, by path.
    static let documents: [String] = {
        let listed = try? Program.run("git", ["ls-files", "*.md"], in: Repository.file("")).output
        return listed?.split(separator: "\n").map(String.init).sorted() ?? []
    }()

    /// What the sources print, each literal in one piece.
    static let printed: String = {
        let places = ["Sources", "scripts"].map { Repository.file($0) }
        let files = places.flatMap { place -> [URL] in
            let names = FileManager.default.subpaths(atPath: place.path) ?? []
            return names.map { place.appendingPathComponent($0) }.filter {
                ["swift", "c", "cpp", "sh"].contains($0.pathExtension)
            }
        }
        let text = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
        return text.replacing(/"\s*\+?\s*"/, with: "").replacing(/\\\n\s*/, with: "")
    }()

    @Test("a sentence in troubleshooting is one that is printed") func sentences() throws {
        let text = try String(contentsOf: Repository.file("docs/troubleshooting.md"), encoding: .utf8)
        let quoted = text.split(separator: "\n").filter { $0.hasPrefix("> ") }.map { $0.dropFirst(2) }
        #expect(quoted.count > 15)
        for sentence in quoted {
            for part in sentence.split(separator: "…").map({ $0.trimmingCharacters(in: .whitespaces) }) where part.count > 3 {
                let isPrinted = Self.printed.contains(part)
                #expect(isPrinted, "\(sentence)")
            }
        }
    }

    @Test("a link leads to a file and a section", arguments: documents) func links(document: String) throws {
        let here = Repository.file(document).deletingLastPathComponent()
        let text = try String(contentsOf: Repository.file(document), encoding: .utf8)
        for link in text.matches(of: /\]\((?<file>[^)#\s:]*)(?:#(?<section>[^)\s]+))?\)/) {
            let target = link.file.isEmpty ? Repository.file(document) : here.appendingPathComponent(String(link.file))
            #expect(FileManager.default.fileExists(atPath: target.path), "\(link.output.0)")
            guard let section = link.section, target.pathExtension == "md" else { continue }
            let headings = try String(contentsOf: target, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("#") }
            #expect(headings.map(Self.anchor).contains(String(section)), "\(link.output.0)")
        }
    }

    /// The name of a heading in a link, as GitHub makes it.
    private static func anchor(_ heading: some StringProtocol) -> String {
        let words = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        return String(words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }).replacing(
            " ", with: "-")
    }

    @Test("every document is in the index") func index() throws {
        let index = try String(contentsOf: Repository.file("docs/README.md"), encoding: .utf8)
        for document in Self.documents where document.hasPrefix("docs/") && !document.hasPrefix("docs/datasets/") {
            let name = document.dropFirst("docs/".count)
            #expect(name == "README.md" || index.contains("](\(name)"), "\(name)")
        }
    }

    @Test("the citation is of this version") func citation() throws {
        let text = try String(contentsOf: Repository.file("CITATION.cff"), encoding: .utf8)
        #expect(text.contains("\nversion: \(CAPVersion.current)\n"))
    }
}
