import Artifacts
import Foundation
import TestSupport
import Testing
import Vocabulary

/// The commands one after the other, as a user runs them.
@Suite struct EndToEndTests {
    static let artifacts = [
        "images.h5", "features.h5", "mismatch.h5", "descriptions.h5", "labels.h5", "model.h5", "eval.h5",
    ]

    @Test(arguments: [Paradigm.ssl, .trzsl]) func theOtherParadigmsRunToTheEnd(_ paradigm: Paradigm) throws {
        let workspace = try Pipeline.finished(paradigm: ["--paradigm", paradigm.rawValue])
        let features = try ArtifactReader(workspace.path("features.h5"), schema: .features)
        let truth = try features.ints(\.images.label)
        let training = try features.values(\.images.split).enumerated().filter { $0.element == .train }.map(\.offset)
        let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
        let (seen, unseen) = try (labels.ints(\.split.seen), labels.ints(\.split.unseen))
        let labeled = try labels.ints(\.labeled.image)
        #expect(try labels.value(\.paradigm) == paradigm)
        #expect(try labels.ints(\.labeled.label) == labeled.map { truth[$0] })
        #expect(try (labeled + labels.ints(\.unlabeledImages)).sorted() == training)
        switch paradigm {
        case .trzsl:
            // Of four classes 62 % are seen, and all of their images are labeled.
            #expect(seen.count == 2 && (seen + unseen).sorted() == Array(0..<4))
            #expect(Set(labeled) == Set(training.filter { seen.contains(truth[$0]) }))
            #expect(try Set(labels.ints(\.pseudolabeled.label)).isSubset(of: unseen))
        default:
            #expect(seen.isEmpty && unseen.isEmpty)
            #expect((0..<4).allSatisfy { label in labeled.count { truth[$0] == label } == 2 })
        }

        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        #expect(try evaluation.value(\.paradigm) == paradigm)
        let images = try evaluation.ints(\.test.image)
        #expect(images == truth.indices.filter { !training.contains($0) })
        for model in [\EvaluationSchema.zeroShot, \.adapted] {
            let predicted = try evaluation.ints(model.appending(path: \.predicted))
            func accuracy(_ classes: [Int]) -> Double {
                let own = zip(images, predicted).filter { classes.contains(truth[$0.0]) }
                return Double(own.count { truth[$0.0] == $0.1 }) / Double(own.count)
            }
            let metrics = model.appending(path: \.metrics)
            #expect(try abs(evaluation.value(metrics.appending(path: \.accuracy)) - accuracy(Array(0..<4))) < 1e-12)
            guard paradigm == .trzsl else {
                #expect(!evaluation.has(metrics.appending(path: \.harmonicMean)))
                continue
            }
            let (a, b) = (accuracy(seen), accuracy(unseen))
            #expect(try abs(evaluation.value(metrics.appending(path: \.seen)) - a) < 1e-12)
            #expect(try abs(evaluation.value(metrics.appending(path: \.unseen)) - b) < 1e-12)
            let mean = a + b > 0 ? 2 * a * b / (a + b) : 0
            #expect(try abs(evaluation.value(metrics.appending(path: \.harmonicMean)) - mean) < 1e-12)
        }
        // The adapted model is another than zero-shot CLIP.
        #expect(
            try evaluation.values(\.adapted.confidence) != evaluation.values(\.zeroShot.confidence))
    }

    @Test func theSameCommandsGiveTheSameBytes() throws {
        let first = try Pipeline.ul.get()
        let second = try Pipeline.finished(paradigm: ["--paradigm", "ul"])
        for file in Self.artifacts {
            let a = try ArtifactReader(anyKind: first.path(file))
            let b = try ArtifactReader(anyKind: second.path(file))
            #expect(a.identity == b.identity, "\(file)")
        }
    }

    @Test func everyArtifactDescendsFromTheSameImages() throws {
        let workspace = try Pipeline.ul.get()
        let images = try ArtifactReader(workspace.path("images.h5"), schema: .images)
        for file in Self.artifacts {
            let reader = try ArtifactReader(anyKind: workspace.path(file))
            #expect(reader.imageSet == images.identity, "\(file)")
        }
    }

    /// docs/artifacts.md has the same rows as the registry (ArtifactsTests), so files that conform are documented.
    @Test func everyArtifactIsAsDocumented() throws {
        let workspace = try Pipeline.ul.get()
        for file in Self.artifacts {
            #expect(try Conformance.departures(ofFile: workspace.path(file)) == [], "\(file)")
        }
    }

    @Test func classNamesWithQuotesAndAccentsSurvive() throws {
        let workspace = try Pipeline.ul.get()
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        #expect(try model.values(\.classes.name).sorted() == Workspace.classes.sorted())
    }

    @Test func h5dumpReadsEveryArtifact() throws {
        try #require(Program.isInstalled("h5dump"), "h5dump comes with hdf5-tools; make setup installs it")
        let workspace = try Pipeline.ul.get()
        for file in Self.artifacts {
            #expect(try Program.run("h5dump", ["-H", workspace.path(file)]).status == 0, "\(file)")
        }
    }

    @Test func aKilledFineTuningGoesOnToTheSameBytes() throws {
        let finished = try Pipeline.ul.get()
        let workspace = try Workspace()
        for file in ["images.h5", "features.h5", "labels.h5"] {
            try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file))
        }
        // Long enough to be killed in the middle, and then compared with a run that is left alone.
        let arguments = Pipeline.finetune + ["--epochs", "40"]
        let process = try workspace.start("cap-finetune", arguments).process
        while process.isRunning && !FileManager.default.fileExists(atPath: workspace.path("model.h5.checkpoint")) {
            usleep(2000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(!FileManager.default.fileExists(atPath: workspace.path("model.h5")))

        let resumed = try workspace.run("cap-finetune", arguments: arguments)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("going on after epoch"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("model.h5.checkpoint")))
        let identity = try ArtifactReader(workspace.path("model.h5"), schema: .model).identity
        let log = try Data(contentsOf: URL(fileURLWithPath: workspace.path("metrics.jsonl")))

        try FileManager.default.removeItem(atPath: workspace.path("model.h5"))
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: arguments))
        #expect(try ArtifactReader(workspace.path("model.h5"), schema: .model).identity == identity)
        // Each epoch once, as if there had been no interruption.
        #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.path("metrics.jsonl"))) == log)
        #expect(log.split(separator: UInt8(ascii: "\n")).count == 40)
    }

    @Test func aSecondWriterOfTheSameFileIsRefused() throws {
        let finished = try Pipeline.ul.get()
        let workspace = try Workspace()
        for file in ["images.h5", "features.h5", "labels.h5"] {
            try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file))
        }
        let arguments = Pipeline.finetune + ["--epochs", "5000"]
        let process = try workspace.start("cap-finetune", arguments).process
        while process.isRunning && !FileManager.default.fileExists(atPath: workspace.path("model.h5.checkpoint")) {
            usleep(2000)
        }
        let second = try workspace.run("cap-finetune", arguments: arguments)
        #expect(second.status == 1)
        #expect(second.errors.contains("model.h5"))
        #expect(process.isRunning)

        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path).sorted()
        #expect(left == ["features.h5", "images.h5", "labels.h5", "metrics.jsonl", "model.h5.checkpoint"])
    }
}
