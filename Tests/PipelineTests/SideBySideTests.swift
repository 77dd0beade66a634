import Foundation
import TestSupport
import Testing

/// Makes that run at the same time over the same artifacts.
@Suite struct SideBySideTests {
    private func plan(_ workspace: Workspace, _ words: [String], jobs: Int = 1) throws -> Program {
        try workspace.start(
            "cap-plan", words + Workspace.petsValues + ["--make"], environment: ["MAKEFLAGS": jobs > 1 ? "-j\(jobs)" : ""])
    }

    /// Identities of the artifacts below runs, by path.
    private func identities(in workspace: Workspace) throws -> [String: String] {
        let files = FileManager.default.subpaths(atPath: workspace.path("runs")) ?? []
        return try Dictionary(
            uniqueKeysWithValues: files.filter { $0.hasSuffix(".h5") }.map { file in
                let verified = try workspace.run("cap-inspect", "runs/\(file)", "--verify")
                #expect(verified.status == 0, "\(file): \(verified.errors)")
                let shown = try workspace.run("cap-inspect", "runs/\(file)", "--json").output
                let json = try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any]
                return (file, try #require((json?["attributes"] as? [String: Any])?["identity"] as? String, "\(file)"))
            })
    }

    /// The second to come to an artifact that is being written is refused with a sentence, and nothing is mixed: told again,
    /// both end with what one alone makes.
    @Test func twoMakesAtOnceEndAsOneAfterTheOther() throws {
        let alone = try Workspace.withPets()
        for paradigm in ["pets-ul", "pets-ssl"] { #expect(try plan(alone, [paradigm]).finish().status == 0) }

        let shared = try Workspace.withPets()
        let running = try ["pets-ul", "pets-ul", "pets-ssl"].map { try plan(shared, [$0]) }
        for outcome in running.map({ $0.finish() }) where outcome.status != 0 {
            #expect(outcome.errors.contains("another process is writing it"), "\(outcome.errors)")
        }
        for paradigm in ["pets-ul", "pets-ssl"] {
            let again = try plan(shared, [paradigm]).finish()
            #expect(again.status == 0, "\(again.errors)")
        }
        #expect(try identities(in: shared) == identities(in: alone))
    }

    /// Runs that tables have in common are made once, whoever comes to them first.
    @Test func jobsSideBySideMakeWhatOneAfterTheOtherMakes() throws {
        let words = ["table5", "fig12", "DATASETS=pets", "SEEDS=1"]
        let alone = try Workspace.withPets()
        let one = try plan(alone, words).finish()
        #expect(one.status == 0, "\(one.errors)")
        let shared = try Workspace.withPets()
        let four = try plan(shared, words, jobs: 4).finish()
        #expect(four.status == 0, "\(four.errors)")
        #expect(try identities(in: shared) == identities(in: alone))
        let again = try plan(shared, words, jobs: 4).finish()
        #expect(again.status == 0 && !again.output.contains("cap-finetune"), "\(again.output)")
    }
}
