import Foundation
import Parameters
import Testing

/// docs/parameters.md is written from the declarations: `CAP_UPDATE_DOCS=1 make test` does so.
@Suite struct ParameterDocumentationTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/parameters.md")

    @Test func theDocumentSaysWhatIsDeclared() throws {
        let wanted = ParameterDocument.text
        if ProcessInfo.processInfo.environment["CAP_UPDATE_DOCS"] != nil {
            try Data(wanted.utf8).write(to: Self.file, options: .atomic)
        }
        let found = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(found == wanted, "docs/parameters.md is out of date: run CAP_UPDATE_DOCS=1 make test")
    }
}
