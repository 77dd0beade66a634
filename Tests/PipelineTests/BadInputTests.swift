import Foundation
import TestSupport
import Testing

/// What goes wrong ends with a sentence that names the file, exit code 1, and what was there before untouched.
@Suite struct BadInputTests {
    /// A copy of the finished pipeline's artifacts, to spoil.
    private func spoiled() throws -> Workspace {
        let finished = try Pipeline.ul.get()
        let workspace = try Workspace()
        for file in try FileManager.default.contentsOfDirectory(atPath: finished.folder.path) where file != "data" {
            try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file))
        }
        return workspace
    }

    private func contents(_ workspace: Workspace, _ file: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: workspace.path(file)))
    }

    private func expectRefusal(
        _ outcome: Outcome, mentioning words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
        #expect(
            outcome.errors.split(separator: "\n").count == 1, "one sentence: \(outcome.errors)",
            sourceLocation: sourceLocation)
    }

    @Test func aFileThatIsNotThere() throws {
        let workspace = try spoiled()
        let before = try contents(workspace, "mismatch.h5")
        expectRefusal(
            try workspace.run("cap-detect", "nowhere.h5", "--paradigm", "ul", "-o", "mismatch.h5"),
            mentioning: "nowhere.h5")
        #expect(try contents(workspace, "mismatch.h5") == before)
    }

    @Test func aFileThatIsNotHDF5() throws {
        let workspace = try spoiled()
        try Data("these are no features".utf8).write(to: URL(fileURLWithPath: workspace.path("features.h5")))
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--paradigm", "ul", "-o", "mismatch.h5"),
            mentioning: "features.h5")
    }

    @Test func aTruncatedFile() throws {
        let workspace = try spoiled()
        let whole = try contents(workspace, "features.h5")
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: workspace.path("features.h5")))
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--paradigm", "ul", "-o", "mismatch.h5"),
            mentioning: "features.h5")
    }

    @Test func aFileOfAnotherStage() throws {
        let workspace = try spoiled()
        expectRefusal(
            try workspace.run("cap-detect", "labels.h5", "--paradigm", "ul", "-o", "mismatch.h5"),
            mentioning: "labels.h5", "cap-label", "cap-embed")
    }

    @Test func filesOfOtherImages() throws {
        let workspace = try spoiled()
        let other = try Workspace()
        try other.writeDataSet()
        try other.writeImages(14, of: "banded", kind: 2, to: "data/train")
        try Pipeline.prepare(other)
        expectRefusal(
            try workspace.run(
                "cap-label", other.path("features.h5"), "mismatch.h5", "descriptions.h5", "-o", "labels.h5"),
            mentioning: other.path("features.h5"), "mismatch.h5")
    }

    @Test func aCheckpointThatTheFeaturesWereNotMadeWith() throws {
        let workspace = try spoiled()
        let another = URL(fileURLWithPath: Workspace.checkpoint).deletingLastPathComponent()
            .appendingPathComponent("bfloat16").path
        expectRefusal(
            try workspace.run(
                "cap-finetune", "images.h5", "features.h5", "labels.h5", "--checkpoint", another, "-o", "model.h5"),
            mentioning: "features.h5", another)
    }

    @Test func anOutputFolderThatIsNotThere() throws {
        let workspace = try spoiled()
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--paradigm", "ul", "-o", "nowhere/mismatch.h5"),
            mentioning: "nowhere")
    }

    @Test func answersThatLackAClass() throws {
        let workspace = try spoiled()
        try Data("{}".utf8).write(to: URL(fileURLWithPath: workspace.path("answers.json")))
        let mismatched = try workspace.run("cap-inspect", "mismatch.h5")
        let outcome = try workspace.run(
            "cap-describe", "features.h5", "mismatch.h5", "--checkpoint", Workspace.checkpoint,
            "--answers", "answers.json", "-o", "descriptions.h5")
        // Where no class is mismatched no answer is needed.
        if !mismatched.output.contains("classes/mismatched  i32 [0]") && outcome.status != 0 {
            expectRefusal(outcome, mentioning: "answers.json")
        }
    }

    @Test(arguments: [
        ["cap-finetune", "--tau", "1.5"], ["cap-finetune", "--epochs", "0"], ["cap-finetune", "--precision", "fp17"],
        ["cap-detect", "--paradigm", "zero"], ["cap-label", "--k", "0"],
    ])
    func optionsOutOfRangeAreAQuestionOfUsage(_ words: [String]) throws {
        let workspace = try spoiled()
        let inputs = [
            "cap-finetune": [
                "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "x.h5",
            ],
            "cap-detect": ["features.h5", "-o", "x.h5"],
            "cap-label": ["features.h5", "mismatch.h5", "descriptions.h5", "-o", "x.h5"],
        ]
        let outcome = try workspace.run(words[0], arguments: (inputs[words[0]] ?? []) + words.dropFirst())
        #expect(outcome.status == 64, "\(outcome.errors)")
    }

    @Test(arguments: ["decode", "embed", "detect", "describe", "label", "finetune", "eval", "inspect"])
    func everyCommandHelpsWithAnExample(_ stage: String) throws {
        let workspace = try Workspace()
        let help = try workspace.run("cap-\(stage)", "--help")
        #expect(help.status == 0)
        #expect(help.output.lowercased().contains("example"))
        let version = try workspace.run("cap-\(stage)", "--version")
        #expect(version.status == 0)
        #expect(version.output.first?.isNumber == true)
        #expect(try workspace.run("cap-\(stage)", "--no-such-option").status == 64)
    }
}
