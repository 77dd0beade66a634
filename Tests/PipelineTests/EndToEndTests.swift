import Artifacts
import Foundation
import Testing

/// The commands one after the other, as a user runs them.
@Suite struct EndToEndTests {
    static let artifacts: [(file: String, schema: ArtifactSchema)] = [
        ("images.h5", .images), ("features.h5", .features), ("mismatch.h5", .mismatch),
        ("descriptions.h5", .descriptions), ("labels.h5", .labels), ("model.h5", .model), ("eval.h5", .evaluation),
    ]

    @Test(arguments: [["--paradigm", "ssl"], ["--paradigm", "trzsl"]])
    func theOtherParadigmsRunToTheEnd(_ paradigm: [String]) throws {
        let workspace = try Pipeline.finished(paradigm: paradigm)
        let labels = try ArtifactReader(workspace.path("labels.h5"), schema: .labels)
        #expect(try labels.count("labeled/image") > 0)
        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        #expect(try evaluation.count("adapted/predicted") == 16)
    }

    @Test func theSameCommandsGiveTheSameBytes() throws {
        let first = try Pipeline.ul.get()
        let second = try Pipeline.finished(paradigm: ["--paradigm", "ul"])
        for (file, schema) in Self.artifacts {
            let a = try ArtifactReader(first.path(file), schema: schema)
            let b = try ArtifactReader(second.path(file), schema: schema)
            #expect(a.identity == b.identity, "\(file)")
        }
    }

    @Test func everyArtifactDescendsFromTheSameImages() throws {
        let workspace = try Pipeline.ul.get()
        let images = try ArtifactReader(workspace.path("images.h5"), schema: .images)
        for (file, schema) in Self.artifacts {
            let reader = try ArtifactReader(workspace.path(file), schema: schema)
            #expect(reader.imageSet == images.identity, "\(file)")
        }
    }

    /// docs/artifacts.md has the same rows as the registry (ArtifactsTests), so files that conform are documented.
    @Test func everyArtifactIsAsDocumented() throws {
        let workspace = try Pipeline.ul.get()
        for (file, _) in Self.artifacts {
            #expect(try Conformance.departures(ofFile: workspace.path(file)) == [], "\(file)")
        }
    }

    @Test func classNamesWithQuotesAndAccentsSurvive() throws {
        let workspace = try Pipeline.ul.get()
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        #expect(try model.strings("classes/name").sorted() == Workspace.classes.sorted())
    }

    @Test func h5dumpReadsEveryArtifact() throws {
        let h5dump = "/usr/bin/h5dump"
        try #require(FileManager.default.isExecutableFile(atPath: h5dump), "h5dump comes with hdf5-tools; make setup installs it")
        let workspace = try Pipeline.ul.get()
        for (file, _) in Self.artifacts {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: h5dump)
            process.arguments = ["-H", workspace.path(file)]
            process.standardOutput = Pipe()
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(file)")
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
        let (process, _, _) = try workspace.start("cap-finetune", arguments)
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

        try FileManager.default.removeItem(atPath: workspace.path("model.h5"))
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: arguments))
        #expect(try ArtifactReader(workspace.path("model.h5"), schema: .model).identity == identity)
    }

    @Test func aSecondWriterOfTheSameFileIsRefused() throws {
        let finished = try Pipeline.ul.get()
        let workspace = try Workspace()
        for file in ["images.h5", "features.h5", "labels.h5"] {
            try FileManager.default.copyItem(atPath: finished.path(file), toPath: workspace.path(file))
        }
        let arguments = Pipeline.finetune + ["--epochs", "5000"]
        let (process, _, _) = try workspace.start("cap-finetune", arguments)
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
        #expect(left == ["features.h5", "images.h5", "labels.h5", "model.h5.checkpoint"])
    }
}
