import Foundation
import TestSupport
import Testing

/// `make fuzz` and `make torture`, cut short: the same programs, with a fixed seed.
@Suite(.serialized) struct CampaignTests {
    private static let workspace = Result { try Workspace() }

    private func run(_ script: String, _ environment: [String: String?]) throws -> Outcome {
        let work = try Self.workspace.get().path("campaign")
        return try Program.run(
            "bash", [Repository.file("scripts/\(script)").path, Repository.executables.path, work],
            environment: ["COUNT": nil, "LIMIT": nil, "SEED": "7", "KINDS": nil].merging(environment) { $1 })
    }

    @Test func damagedFilesOfEveryKind() throws {
        let outcome = try run("fuzz.sh", ["COUNT": "250", "FUZZERS": "0"])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("seed 7: no fault"))
        for kind in [
            "images", "artifacts", "safetensors", "ViT.pt", "config.json", "tokenizer.json", "setid.mat", "manifest.csv",
            "answers.json", "cache", "servers",
        ] {
            #expect(outcome.output.contains("\n\(kind) "), "\(kind) is not tried")
        }
    }

    /// Where this toolchain's clang has libFuzzer.
    @Test(.enabled(if: Program.isInstalled("clang"), "needs clang, which comes with Swift"))
    func theBoundariesUnderSanitizers() throws {
        let outcome = try run("fuzz.sh", ["COUNT": "20", "KINDS": "answers.json"])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.matches(of: /(?m)^\w+ +\d+  sound$/).count == 10)
    }

    /// A reader that does harm is found: without it this test would say nothing of the others.
    @Test func aFaultEndsACampaign() throws {
        let outcome = try run("fuzz.sh", ["COUNT": "100", "FUZZERS": "0", "KINDS": "faulty"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("seed 7: ") && !outcome.output.contains("no fault"))
        for what in ["ends with 6", "wrong: no sentence", "memory: "] {
            #expect(outcome.errors.contains(what), "\(outcome.errors)")
        }
    }

    @Test func killsFailingWritesSecondWritersAndClocks() throws {
        let outcome = try run("torture.sh", ["COUNT": "8"])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("nothing lost, nothing different"))
    }
}
