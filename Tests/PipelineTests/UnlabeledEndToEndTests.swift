import Artifacts
import Foundation
import Testing

/// Images of which nothing is known, a list of class names, and a CLIP as OpenAI published it: a TorchScript
/// archive, with the tokenizer elsewhere.
@Suite struct UnlabeledEndToEndTests {
    static let fixtures = URL(fileURLWithPath: Workspace.checkpoint).deletingLastPathComponent()
        .appendingPathComponent("openai")
    let tokenizer = ["--tokenizer", fixtures.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz").path]

    /// A workspace with the archive in it, away from its tokenizer, and 48 images in one folder.
    func workspace() throws -> Workspace {
        let workspace = try Workspace()
        try FileManager.default.copyItem(
            at: Self.fixtures.appendingPathComponent("ViT.pt"), to: URL(fileURLWithPath: workspace.path("ViT.pt")))
        try workspace.writeDataSet("labeled")
        let flat = URL(fileURLWithPath: workspace.path("data"))
        try FileManager.default.createDirectory(at: flat, withIntermediateDirectories: true)
        for (kind, name) in Workspace.classes.enumerated() {
            let folder = URL(fileURLWithPath: workspace.path("labeled/train/\(name)"))
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                try FileManager.default.copyItem(
                    at: folder.appendingPathComponent(file), to: flat.appendingPathComponent("\(kind)-\(file)"))
            }
        }
        try Data(Workspace.classes.joined(separator: "\n").utf8).write(
            to: flat.appendingPathComponent("classes.txt"))
        try workspace.writeAnswers()
        return workspace
    }

    @Test func everyStageRunsAndEvaluationIsPrediction() throws {
        let workspace = try workspace()
        let checkpoint = ["--checkpoint", "ViT.pt"] + tokenizer
        let one = ["--threads", "1"]
        func run(_ command: String, _ arguments: [String]) throws {
            try Pipeline.expectSuccess(workspace.run(command, arguments: arguments))
        }
        try run("cap-decode", ["data", "-o", "images.h5"])
        try run("cap-embed", ["images.h5", "-o", "features.h5"] + checkpoint + one)
        try run("cap-detect", ["features.h5", "--paradigm", "ul", "-o", "mismatch.h5"] + one)
        try run(
            "cap-describe",
            ["features.h5", "mismatch.h5", "--answers", "answers.json", "-o", "descriptions.h5"] + checkpoint + one)
        try run("cap-label", ["features.h5", "mismatch.h5", "descriptions.h5", "--k", "3", "-o", "labels.h5"])
        let training = ["images.h5", "features.h5", "labels.h5", "-o", "model.h5", "--epochs", "1", "--iters", "2"]
        try run("cap-finetune", training + ["--batch", "4"] + checkpoint + one)
        try run(
            "cap-eval",
            ["model.h5", "images.h5", "features.h5", "labels.h5", "--report", "report.html", "-o", "eval.h5"]
                + checkpoint + one)
        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        #expect(try evaluation.count(\.adapted.predicted) == 48)
        #expect(try evaluation.values(\.test.label).allSatisfy { $0 == -1 })
        #expect(try evaluation.parameters()["tokenizer"] == .string(tokenizer[1]))
        #expect(FileManager.default.fileExists(atPath: workspace.path("report.html")))
    }

    @Test func whatCannotBeKnownIsAskedFor() throws {
        let workspace = try workspace()
        try Pipeline.expectSuccess(workspace.run("cap-decode", "data", "-o", "images.h5"))
        let withoutTokenizer = try workspace.run(
            "cap-embed", "images.h5", "--checkpoint", "ViT.pt", "-o", "features.h5")
        #expect(withoutTokenizer.status == 1)
        #expect(withoutTokenizer.errors.contains("Name one with --tokenizer"))
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-embed",
                arguments: ["images.h5", "--checkpoint", "ViT.pt", "-o", "features.h5", "--threads", "1"]
                    + tokenizer))
        let withLabels = try workspace.run("cap-detect", "features.h5", "--paradigm", "ssl", "-o", "mismatch.h5")
        #expect(withLabels.status == 1)
        #expect(withLabels.errors.contains("label"), "\(withLabels.errors)")
    }

    @Test func anotherActivationIsAnotherCheckpoint() throws {
        let workspace = try workspace()
        let checkpoint = ["--checkpoint", "ViT.pt"] + tokenizer
        try Pipeline.expectSuccess(workspace.run("cap-decode", "data", "-o", "images.h5"))
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-embed", arguments: ["images.h5", "-o", "features.h5", "--threads", "1"] + checkpoint))
        try Pipeline.expectSuccess(
            workspace.run("cap-detect", "features.h5", "--paradigm", "ul", "-o", "mismatch.h5", "--threads", "1"))
        let outcome = try workspace.run(
            "cap-describe",
            arguments: ["features.h5", "mismatch.h5", "--answers", "answers.json", "-o", "descriptions.h5"]
                + checkpoint + ["--activation", "gelu"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("was made with another checkpoint than ViT.pt"), "\(outcome.errors)")
    }
}
