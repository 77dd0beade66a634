import TestSupport
import Testing

@Suite("Sources are laid out by .swift-format")
struct LayoutTests {
    @Test("and break none of its rules") func lint() throws {
        let paths = ["Package.swift", "Sources", "Tests"]
        let outcome = try Program.run(
            "swift", ["format", "lint", "--strict", "--parallel", "--recursive"] + paths, in: Repository.file(""))
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
