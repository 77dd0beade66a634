import Foundation
import TestSupport
import Testing

@Suite("docs/reliability.md names the tests that hold what it promises")
struct ReliabilityTests {
    @Test func everyTestThatIsNamedIsThere() throws {
        let table = try #require(Repository.sections(of: "docs/reliability.md")["How it is tested"])
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
        let table = try #require(Repository.sections(of: "docs/reliability.md")["How it is tested"])
        for fault in 1...10 { #expect(table.contains { $0.hasPrefix("| \(fault). ") }, "\(fault)") }
    }

    @Test func whatSetupFetchesHasHashes() throws {
        let setup = try String(contentsOf: Repository.file("scripts/setup.sh"), encoding: .utf8)
        for command in setup.replacing("\\\n", with: " ").split(separator: "\n") where command.contains("pip install") {
            #expect(command.contains("--require-hashes"), "\(command)")
        }
        let lists = try FileManager.default.contentsOfDirectory(
            at: Repository.file("scripts/libtorch"), includingPropertiesForKeys: nil)
        #expect(lists.count >= 3)
        for list in lists {
            let text = try String(contentsOf: list, encoding: .utf8).replacing("\\\n", with: " ")
            for line in text.split(separator: "\n") where !line.hasPrefix("#") && (line.contains("==") || line.contains(" @ ")) {
                #expect(line.contains("--hash=sha256:"), "\(list.lastPathComponent): \(line)")
            }
        }
    }
}
