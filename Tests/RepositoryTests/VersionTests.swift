import Foundation
import Terminal
import TestSupport
import Testing

@Suite("One version")
struct VersionTests {
    @Test("CHANGELOG.md begins with it") func changelog() throws {
        let text = try String(contentsOf: Repository.file("CHANGELOG.md"), encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first { $0.hasPrefix("## ") })
        #expect(first == "## \(CAPVersion.current)")
    }

    @Test("every command prints it") func commands() throws {
        for command in ["cap", "cap-torch"] + CommandName.allCases.map(\.command) {
            #expect(try Program.run(Repository.command(command), ["--version"]).output == CAPVersion.current + "\n", "\(command)")
        }
    }
}
