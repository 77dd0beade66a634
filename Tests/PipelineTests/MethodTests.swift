import Artifacts
import CAP
import Foundation
import Methods
import Parameters
import Runs
import Stages
import TestSupport
import Testing

/// The other methods than CAP from the command line, on the small data set.
@Suite struct MethodTests {
    /// Features and splits, from which every test goes on.
    static let prepared = ["ul", "ssl", "trzsl"].reduce(into: [:]) { prepared, paradigm in
        prepared[paradigm] = Result { try Pipeline.finished(paradigm: ["--paradigm", paradigm]) }
    }

    static func workspace(_ paradigm: String) throws -> Workspace {
        let finished = try #require(prepared[paradigm]).get()
        let workspace = try Workspace()
        for file in ["images.h5", "features.h5", "mismatch.h5", "descriptions.h5"] {
            try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file))
        }
        return workspace
    }

    static func label(_ workspace: Workspace, _ method: String, _ options: [String] = []) throws -> Outcome {
        try workspace.run(
            "cap-label",
            arguments: [
                "features.h5", "mismatch.h5", "descriptions.h5", "--method", method, "--checkpoint", Workspace.checkpoint, "-o",
                "labels.h5",
            ] + own(method, ["rounds": "2", "k": "3"]) + options)
    }

    /// Options for those of the parameters that the method has; where k grows, it has no say.
    static func own(_ name: String, _ values: [String: String]) -> [String] {
        guard let method = Method(parameterText: name) else { return [] }
        return values.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            guard let parameter = Parameters.named(name), parameter.scope.includes(method) else { return [] }
            if name == "k", method.rounds?.grows == true { return [] }
            return ["--" + parameter.option, value]
        }
    }

    static func finetune(_ workspace: Workspace, _ options: [String] = []) throws -> Outcome {
        let method = try ArtifactReader(workspace.path("labels.h5"), schema: .labels).method().name
        return try workspace.run(
            "cap-finetune",
            arguments: [
                "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "model.h5",
                "--threads", "1",
            ] + own(method, ["epochs": "3", "iters": "2", "batch": "4", "lr": "0.001", "tau": "0.3"]) + options)
    }

    static func evaluate(_ workspace: Workspace) throws {
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-eval", "model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint,
                "--report", "report.html", "-o", "eval.h5", "--threads", "1"))
    }

    /// Every method with labels, those that learn otherwise than CAP without labels and in transfer too; UL has none to
    /// tune on, and nothing to train is the same everywhere.
    static let runs =
        Method.all.map { ["ssl", $0.name] } + ["fpl", "grip", "cpl"].flatMap { [["ul", $0], ["trzsl", $0]] }
        + [["trzsl", "supervised"]]

    @Test(arguments: runs) func everyMethodRunsToTheEnd(_ run: [String]) throws {
        let workspace = try Self.workspace(run[0])
        try Pipeline.expectSuccess(Self.label(workspace, run[1]))
        try Pipeline.expectSuccess(Self.finetune(workspace))
        try Self.evaluate(workspace)
        for file in ["labels.h5", "model.h5", "eval.h5"] {
            #expect(try Conformance.departures(ofFile: workspace.path(file)) == [], "\(file)")
        }
        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        #expect(try evaluation.value(\.method) == run[1])
        if run[1] == "zero-shot" {
            #expect(try evaluation.ints(\.adapted.predicted) == evaluation.ints(\.zeroShot.predicted))
        }
    }

    @Test(arguments: ["visual", "multimodal", "multimodal-joint", "maple"])
    func everyModalityGoesFromTrainingToPredictions(_ modality: String) throws {
        let workspace = try Self.workspace("ssl")
        try Pipeline.expectSuccess(Self.label(workspace, "fpl"))
        try Pipeline.expectSuccess(Self.finetune(workspace, ["--modality", modality]))
        try Self.evaluate(workspace)
        #expect(try Conformance.departures(ofFile: workspace.path("model.h5")) == [])
        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        #expect(try evaluation.value(\.modality) == modality)
    }

    @Test func aKilledRunOfRoundsGoesOnToTheSameBytes() throws {
        let workspace = try Self.workspace("ul")
        try Pipeline.expectSuccess(Self.label(workspace, "cpl"))
        let options = ["--modality", "visual", "--epochs", "60", "--loss", "rc-rc"]
        let process = try workspace.start(
            "cap-finetune",
            [
                "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "model.h5",
                "--batch", "4", "--threads", "1",
            ] + options
        ).process
        while process.isRunning && !FileManager.default.fileExists(atPath: workspace.path("model.h5.checkpoint")) {
            usleep(2000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)

        func run() throws -> (Outcome, Identity) {
            let outcome = try workspace.run(
                "cap-finetune",
                arguments: [
                    "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "-o", "model.h5",
                    "--batch", "4", "--threads", "1",
                ] + options)
            try Pipeline.expectSuccess(outcome)
            return try (outcome, ArtifactReader(workspace.path("model.h5"), schema: .model).identity)
        }
        let (resumed, identity) = try run()
        #expect(resumed.errors.contains("going on after epoch"))
        try FileManager.default.removeItem(atPath: workspace.path("model.h5"))
        #expect(try run().1 == identity)
    }

    // MARK: - What does not go together

    private func expectRefusal(
        _ outcome: Outcome, _ status: Int32 = 1, mentioning words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
    }

    @Test func whatDoesNotGoTogetherIsRefusedWithASentence() throws {
        let workspace = try Self.workspace("ul")
        expectRefusal(try Self.label(workspace, "supervised"), mentioning: "labels", "ul", "ssl")
        expectRefusal(try Self.label(workspace, "fixmatch"), 64, mentioning: "fixmatch", "grip")
        expectRefusal(
            try workspace.run("cap-label", "features.h5", "mismatch.h5", "-o", "labels.h5"), mentioning: "descriptions.h5")
        expectRefusal(
            try workspace.run("cap-label", "features.h5", "mismatch.h5", "--method", "fpl", "-o", "labels.h5"),
            mentioning: "--checkpoint", "--first-text formatted")
        expectRefusal(try Self.label(workspace, "cpl", ["--beta", "auto*x"]), 64, mentioning: "--beta")

        try Pipeline.expectSuccess(Self.label(workspace, "zero-shot"))
        expectRefusal(try Self.finetune(workspace, ["--modality", "visual"]), mentioning: "zero-shot", "visual")
        try Pipeline.expectSuccess(Self.label(workspace, "cap"))
        expectRefusal(try Self.finetune(workspace, ["--modality", "none"]), mentioning: "cap", "maple")
        expectRefusal(try Self.finetune(workspace, ["--loss", "gce"]), mentioning: "cap", "loss", "cpl")
    }

    @Test func aKAboveTheDataTakesWhatThereIs() throws {
        let workspace = try Self.workspace("ul")
        for (method, options) in [("cap", []), ("fpl", ["--first-text", "formatted"])] {
            let outcome = try Self.label(workspace, method, ["--k", "1000"] + options)
            try Pipeline.expectSuccess(outcome)
            #expect(outcome.errors.contains("fewer than 1000"))
            let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
            #expect(try labels.count(\.pseudolabeled.image) <= 4 * 48)
        }
    }

    @Test func moreRoundsThanImagesStillLabelOneOfEachClass() throws {
        let workspace = try Self.workspace("ul")
        try Pipeline.expectSuccess(Self.label(workspace, "grip", ["--rounds", "100"]))
        let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
        #expect(try labels.value(\.k) == 1)
        #expect(try labels.count(\.pseudolabeled.image) == 4)
    }

    @Test func aKAboveTheDataIsTrainedOnWithASentence() throws {
        let workspace = try Self.workspace("ul")
        try Pipeline.expectSuccess(Self.label(workspace, "cap", ["--k", "1000"]))
        let outcome = try Self.finetune(workspace)
        try Pipeline.expectSuccess(outcome)
        #expect(outcome.errors.contains("shrink from 1000 to 9"))
    }

    @Test func aGrowthThatEndsAtNothingKeepsOneImagePerClassAndSaysSo() throws {
        let workspace = try Self.workspace("ul")
        try Pipeline.expectSuccess(Self.label(workspace, "cap"))
        let outcome = try Self.finetune(workspace, ["--growth", "0.01", "--epochs", "6"])
        try Pipeline.expectSuccess(outcome)
        #expect(outcome.errors.contains("shrink from 3 to 1") && outcome.errors.contains("--growth"))
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        #expect(try (1...4).contains(model.count(\.pseudolabeled.image)))
        #expect(try !Self.finetune(workspace, ["--growth", "0.8"]).errors.contains("shrink"))
    }

    /// What a stage tells a person.
    private final class Notes {
        var texts: [String] = []
    }

    @Test func aRunWithoutAConfidentImageEndsWithASentence() throws {
        let workspace = try Self.workspace("ul")
        try Pipeline.expectSuccess(Self.label(workspace, "cap"))
        var settings: Settings<FinetuneParameters> = SyntheticFeatures.settings(Workspace.checkpoint)
        (settings.epochs, settings.iterations, settings.batch) = (3, 2, 4)
        // No probability exceeds it, whatever the model.
        settings.threshold = 1
        var stage = Finetune(
            images: workspace.path("images.h5"), features: workspace.path("features.h5"),
            labels: workspace.path("labels.h5"), settings: settings, output: StageOutput(workspace.path("model.h5")))
        stage.quiet = true
        let notes = Notes()
        stage.note = { notes.texts.append($0) }
        #expect(try stage.run().confidentSamples == 0)
        #expect(notes.texts.count { $0.contains("epoch 1: no unlabeled image was predicted with a confidence above 1.0") } == 1)
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        #expect(try model.ints(\.epochs.confidentCount).allSatisfy { $0 == 0 })
        #expect(try model.values(\.epochs.marginScale).allSatisfy { $0 == 0 })
        try Self.evaluate(workspace)
    }

    @Test func paradigmsThatTheLabelsDoNotAllowAreRefused() throws {
        let workspace = try Workspace()
        try workspace.writeImages(4, of: "banded", kind: 0, to: "data/train")
        try workspace.writeImages(1, of: "naïve \"dots\"", kind: 1, to: "data/train")
        try Pipeline.prepare(workspace)
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--paradigm", "ssl", "-o", "mismatch.h5"),
            mentioning: "features.h5", "2 training images of every class", "\"naïve \"dots\"\" has 1")
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--paradigm", "trzsl", "-o", "mismatch.h5"),
            mentioning: "features.h5", "at least 3 classes", "Use ul or ssl")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("mismatch.h5")))
    }

    @Test func aShareOfTheImagesIsLeftOutOfEverything() throws {
        let workspace = try Self.workspace("ul")
        try Pipeline.expectSuccess(
            workspace.run("cap-detect", "features.h5", "--share", "0.5", "-o", "mismatch.h5", "--threads", "1"))
        try Pipeline.expectSuccess(Self.label(workspace, "grip"))
        let roles = try ArtifactReader(workspace.path("mismatch.h5"), schema: .mismatch).values(\.split.role)
        let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
        #expect(roles.count { $0 == .unused } == 24)
        #expect(try labels.ints(\.unlabeledImages) == roles.indices.filter { roles[$0] == .unlabeled })
        #expect(try labels.ints(\.pseudolabeled.image).allSatisfy { roles[$0] == .unlabeled })
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--share", "0.05", "-o", "few.h5"),
            mentioning: "larger share")
        expectRefusal(
            try workspace.run("cap-detect", "features.h5", "--share", "0", "-o", "few.h5"), 64, mentioning: "--share")
    }
}
