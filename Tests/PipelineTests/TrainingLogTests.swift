import Artifacts
import Foundation
import Reporting
import Runs
import TestSupport
import Testing

/// `metrics.jsonl`, and watching it.
@Suite struct TrainingLogTests {
    @Test func everyEpochIsALineWithTheNumbersOfTheModel() throws {
        let workspace = try Pipeline.ul.get()
        let text = try String(contentsOfFile: workspace.path("metrics.jsonl"), encoding: .utf8)
        let lines = try text.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        #expect(lines.map { $0["epoch"] as? Int } == [1, 2, 3, 4] && lines.allSatisfy { $0["epochs"] as? Int == 4 })
        for (name, values) in try [
            ("loss_pseudolabel", model.values(\.epochs.lossPseudolabel)),
            ("loss_unlabeled", model.values(\.epochs.lossUnlabeled)),
            ("loss_labeled", model.values(\.epochs.lossLabeled)), ("learning_rate", model.values(\.epochs.learningRate)),
            ("pseudolabel_accuracy", model.values(\.epochs.pseudolabelAccuracy)),
        ] {
            #expect(lines.compactMap { ($0[name] as? NSNumber)?.floatValue } == values, "\(name)")
        }
        #expect(try lines.compactMap { $0["confident_count"] as? Int } == model.ints(\.epochs.confidentCount))
        #expect(try lines.compactMap { $0["pseudolabel_count"] as? Int } == model.ints(\.epochs.pseudolabelCount))
        // Which the reader gives back.
        let progress = try TrainingLog.progress(at: workspace.path("metrics.jsonl"))
        #expect(progress.isFinished && progress.total == 4)
        #expect(try progress.epochs.map { Float($0.losses.unlabeled) } == model.values(\.epochs.lossUnlabeled))
    }

    @Test(arguments: [
        ("model.h5", "metrics.jsonl"), ("a b/model.h5", "a b/metrics.jsonl"), ("/runs/other.h5", "/runs/other.metrics.jsonl"),
    ])
    func aModelHasALogOfItsOwn(model: String, log: String) {
        #expect(TrainingLog.path(besides: model) == log)
    }

    @Test func whatIsBeingWrittenIsNotLookedAtAndWhatIsWrongIsNamed() throws {
        let folder = try TemporaryFolder()
        let log = TrainingLog(besides: folder.file("model.h5"), epochs: 3)
        let epoch = RunRecord.Epoch(
            losses: .init(pseudolabeled: 0.1, unlabeled: 0, labeled: 2), learningRate: 1e-7, pseudolabelCount: 5,
            pseudolabelAccuracy: nil, confidentCount: 0)
        try log.begin(with: [])
        #expect(try TrainingLog.progress(at: log.path).total == nil)
        try log.append(epoch, number: 1)
        let whole = try Data(contentsOf: URL(fileURLWithPath: log.path))
        try folder.write(whole + Data("{\"epoch\":2,\"epo".utf8), to: "metrics.jsonl")
        let progress = try TrainingLog.progress(at: log.path)
        #expect(progress.epochs.count == 1 && progress.total == 3 && !progress.isFinished)
        #expect(progress.epochs[0].pseudolabelAccuracy == nil && progress.epochs[0].learningRate == 1e-7)
        for wrong in ["{}\n", "[1]\n", "\n", String(decoding: whole, as: UTF8.self)] {
            try folder.write(whole + Data(wrong.utf8), to: "metrics.jsonl")
            #expect(
                sentence { _ = try TrainingLog.progress(at: log.path) }.contains("metrics.jsonl: line 2 is not epoch 2"),
                "\(wrong)")
        }
        #expect(sentence { _ = try TrainingLog.progress(at: "/nowhere/metrics.jsonl") }.contains("cannot be read"))
        #expect(
            sentence { try TrainingLog(besides: "/nowhere/model.h5", epochs: 1).begin(with: []) }.contains("cannot be written"))
    }

    @Test func watchingShowsEveryEpochAndEndsWithTheTraining() throws {
        let finished = try Pipeline.ul.get()
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.path("run"), withIntermediateDirectories: true)
        // It may begin before there is anything to see.
        let watching = try workspace.start("cap-report", ["--watch", "run", "-o", "live.html"])
        for file in ["images.h5", "features.h5", "labels.h5"] {
            try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file))
        }
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-finetune", arguments: Pipeline.finetune.map { $0 == "model.h5" ? "run/model.h5" : $0 } + ["--epochs", "6"]))
        let outcome = watching.finish()
        try Pipeline.expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.map { $0.prefix(12) } == (1...6).map { "epoch \($0) of 6" })
        let page = try String(contentsOfFile: workspace.path("live.html"), encoding: .utf8)
        #expect(page.contains("All 6 epochs are done") && !page.contains("http-equiv=\"refresh\""))

        let nowhere = try workspace.run("cap-report", "--watch", "nowhere/run")
        #expect(nowhere.status == 1 && nowhere.errors.contains("there is no such folder"), "\(nowhere.errors)")
        #expect(try workspace.run("cap-report", "--watch", "a", "b").status == 64)
    }
}
