import Foundation
import TestSupport
import Testing

@Suite("docs/reliability.md names the tests that hold what it promises")
struct ReliabilityTests {
    /// The lines of the section, up to the campaigns' own tables.
    static var table: ArraySlice<String> {
        get throws {
            let section = try #require(Repository.sections(of: "docs/reliability.md")["How it is tested"])
            return section.prefix { !$0.hasPrefix("### ") }
        }
    }

    @Test func everyTestThatIsNamedIsThere() throws {
        let table = try Self.table
        let rows = table.filter { $0.hasPrefix("| ") }.dropFirst()
        #expect(rows.count >= 18)
        for row in rows {
            let names = row.matches(of: /`(\w+)\/(\w+)\.(\w+)`/)
            #expect(!names.isEmpty, "no test holds: \(row)")
            for name in names {
                let folder = Repository.file("Tests/\(name.1)")
                let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                let isThere = try files.filter { $0.pathExtension == "swift" }.contains { file in
                    let text = try String(contentsOf: file, encoding: .utf8)
                    guard let suite = text.range(of: "struct \(name.2) ") ?? text.range(of: "struct \(name.2):") else {
                        return false
                    }
                    return text[suite.upperBound...].contains("func \(name.3)(")
                }
                #expect(isThere, "there is no test \(name.0)")
            }
        }
    }

    @Test func everyFaultOfTheFirstVersionHasARow() throws {
        let table = try Self.table
        for fault in 1...10 { #expect(table.contains { $0.hasPrefix("| \(fault). ") }, "\(fault)") }
    }

    @Test func whatScriptsFetchHasHashes() throws {
        func files(_ folder: String, _ suffix: String) throws -> [URL] {
            try FileManager.default.subpathsOfDirectory(atPath: Repository.file(folder).path).filter { $0.hasSuffix(suffix) }
                .map { Repository.file("\(folder)/\($0)") }
        }
        let scripts = try files("scripts", ".sh")
        var commands = 0
        for script in scripts {
            let text = try String(contentsOf: script, encoding: .utf8).replacing("\\\n", with: " ")
            for command in text.split(separator: "\n") where command.contains("pip install") {
                commands += 1
                #expect(
                    command.contains("--require-hashes") || command.contains("\"${wanted[@]}\""), "\(script.path): \(command)")
            }
        }
        #expect(commands >= 3)
        let lists = try files("scripts/libtorch", ".txt") + files("Tests/Tools", "requirements.txt")
        #expect(lists.count >= 8)
        for list in lists {
            let text = try String(contentsOf: list, encoding: .utf8).replacing("\\\n", with: " ")
            for line in text.split(separator: "\n") where !line.hasPrefix("#") && (line.contains("==") || line.contains(" @ ")) {
                #expect(line.contains("--hash=sha256:"), "\(list.lastPathComponent): \(line)")
            }
        }
    }
}
