import Artifacts
import Foundation
import GroupSupport
import Parallel
import Runs
import Stages
import TestSupport
import Testing

/// Commands that several processes share, started as a shell does.
@Suite(.serialized) struct ProcessTests {
    /// Starts the processes of a command, but for those that never come.
    static func start(
        _ count: Int, _ workspace: Workspace, _ command: String, _ arguments: [String], missing: Set<Int> = [],
        port: Int? = nil, environment: [String: String] = [:]
    ) throws -> [(rank: Int, program: Program)] {
        let port = try port ?? Ranks.freePort()
        return try (0..<count).filter { !missing.contains($0) }.map { rank in
            let place = ["RANK": "\(rank)", "WORLD_SIZE": "\(count)", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)"]
            return (rank, try workspace.start(command, arguments, environment: place.merging(environment) { $1 }))
        }
    }

    /// What each of them left behind.
    static func finish(_ programs: [(rank: Int, program: Program)]) -> [Outcome] {
        let outcomes = Mutex<[Int: Outcome]>([:])
        let group = DispatchGroup()
        for (rank, program) in programs {
            nonisolated(unsafe) let program = program
            DispatchQueue.global().async(group: group) {
                let outcome = program.finish()
                outcomes.withLock { $0[rank] = outcome }
            }
        }
        group.wait()
        return outcomes.withLock { outcomes in programs.compactMap { outcomes[$0.rank] } }
    }

    @discardableResult
    static func run(
        _ count: Int, _ workspace: Workspace, _ command: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> [Outcome] {
        try finish(start(count, workspace, command, arguments, environment: environment))
    }

    static func expectSuccess(_ outcomes: [Outcome], sourceLocation: SourceLocation = #_sourceLocation) throws {
        for outcome in outcomes { try Pipeline.expectSuccess(outcome, sourceLocation: sourceLocation) }
    }

    static func identity(_ workspace: Workspace, _ file: String) throws -> Identity {
        try ArtifactReader(anyKind: workspace.path(file)).identity
    }

    /// The losses of every epoch.
    static func losses(_ workspace: Workspace, _ file: String) throws -> [Float] {
        let model = try ArtifactReader(workspace.path(file), schema: .model)
        let keys: [KeyPath<ModelSchema, DatasetKey<Float>>] = [
            \.epochs.lossPseudolabel, \.epochs.lossUnlabeled, \.epochs.lossLabeled,
        ]
        return try keys.flatMap { try model.values($0) }
    }

    static func expectClose(_ a: [Float], _ b: [Float], within bound: Float, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(a.count == b.count, sourceLocation: sourceLocation)
        for (a, b) in zip(a, b) { #expect(abs(a - b) <= bound * max(abs(b), 0.01), sourceLocation: sourceLocation) }
    }

    static let training = [
        "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "--epochs", "20", "--iters", "1",
        "--batch", "4", "--tau", "0.3", "--lr", "0.001", "--threads", "1",
    ]
    static let evaluation = [
        "model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "--threads", "1",
    ]

    @Test func trainingByThreeIsThatOfOneAndTheSameBytesAgain() throws {
        let workspace = try GPUTests.workspace()
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: Self.training + ["-o", "one.h5"]))
        var first: Identity?
        for file in ["three.h5", "again.h5"] {
            let outcomes = try Self.run(3, workspace, "cap-finetune", Self.training + ["-o", file, "--profile"])
            try Self.expectSuccess(outcomes)
            #expect(outcomes[0].errors.contains("other processes"), "\(outcomes[0].errors)")
            for other in outcomes.dropFirst() { #expect(other.errors == "" && other.output == "") }
            let identity = try Self.identity(workspace, file)
            if let first { #expect(first == identity) }
            first = identity
        }
        try Self.expectClose(Self.losses(workspace, "three.h5"), Self.losses(workspace, "one.h5"), within: 1e-5)
        let (one, three) = try (
            ArtifactReader(workspace.path("one.h5"), schema: .model), ArtifactReader(workspace.path("three.h5"), schema: .model)
        )
        #expect(try one.ints(\.epochs.confidentCount) == three.ints(\.epochs.confidentCount))
        #expect(try one.ints(\.pseudolabeled.image) == three.ints(\.pseudolabeled.image))
        #expect(try Conformance.departures(ofFile: workspace.path("three.h5")) == [])
        #expect(!FileManager.default.fileExists(atPath: workspace.path("three.h5.checkpoint")))
    }

    @Test(arguments: [1, 2]) func whatFourHaveBegunOthersEnd(count: Int) throws {
        let workspace = try GPUTests.workspace()
        let training = Self.training + ["--epochs", "60"]
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: training + ["-o", "one.h5"]))
        let programs = try Self.start(4, workspace, "cap-finetune", training + ["-o", "model.h5"])
        while programs[0].program.process.isRunning,
            !FileManager.default.fileExists(atPath: workspace.path("model.h5.checkpoint"))
        { usleep(1000) }
        for (_, program) in programs { kill(program.process.processIdentifier, SIGKILL) }
        _ = Self.finish(programs)
        let outcomes =
            try count == 1
            ? [workspace.run("cap-finetune", arguments: training + ["-o", "model.h5"])]
            : Self.run(count, workspace, "cap-finetune", training + ["-o", "model.h5"])
        try Self.expectSuccess(outcomes)
        #expect(outcomes[0].errors.contains("going on after epoch"))
        try Self.expectClose(Self.losses(workspace, "model.h5"), Self.losses(workspace, "one.h5"), within: 1e-4)
    }

    @Test func processesThatHaveOtherThingsToDoAreRefused() throws {
        let workspace = try GPUTests.workspace()
        let port = try Ranks.freePort()
        let outcomes = try Self.finish(
            (0..<2).map { rank in
                let place = ["RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_PORT": "\(port)"]
                return (
                    rank,
                    try workspace.start(
                        "cap-finetune", Self.training + ["--seed", "\(rank)", "-o", "other.h5"], environment: place)
                )
            })
        for outcome in outcomes {
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("process 1 of 2 has other parameters or files than the first"), "\(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: workspace.path("other.h5")))
    }

    @Test func whatIsUpToDateIsLeftByAll() throws {
        let workspace = try GPUTests.workspace()
        for state in ["", "cap-embed: two.h5 is up to date\n"] {
            let outcomes = try Self.run(
                2, workspace, "cap-embed",
                ["images.h5", "--checkpoint", Workspace.checkpoint, "-o", "two.h5", "--if-changed", "-q", "--threads", "1"])
            try Self.expectSuccess(outcomes)
            if !state.isEmpty { #expect(outcomes[0].errors == state) }
        }
    }

    @Test(arguments: [2, 3, 5]) func featuresAndEvaluationsAreTheBytesOfOne(count: Int) throws {
        let workspace = try GPUTests.workspace()
        let embed = ["images.h5", "--checkpoint", Workspace.checkpoint, "--batch", "7", "--threads", "1"]
        try Pipeline.expectSuccess(workspace.run("cap-embed", arguments: embed + ["-o", "one.h5"]))
        try Self.expectSuccess(Self.run(count, workspace, "cap-embed", embed + ["-o", "several.h5"]))
        #expect(try Self.identity(workspace, "several.h5") == Self.identity(workspace, "one.h5"))
        #expect(try Conformance.departures(ofFile: workspace.path("several.h5")) == [])
        #expect(!FileManager.default.fileExists(atPath: workspace.path("several.h5.parts")))

        try Pipeline.expectSuccess(workspace.run("cap-eval", arguments: Self.evaluation + ["-o", "eval-one.h5"]))
        try Self.expectSuccess(
            Self.run(count, workspace, "cap-eval", Self.evaluation + ["-o", "eval.h5", "--report", "report.html"]))
        let (one, several) = try (
            ArtifactReader(workspace.path("eval-one.h5"), schema: .evaluation),
            ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        )
        try Self.expectClose(several.values(\.adapted.probabilities), one.values(\.adapted.probabilities), within: 1e-5)
        #expect(try one.ints(\.adapted.predicted) == several.ints(\.adapted.predicted))
        #expect(FileManager.default.fileExists(atPath: workspace.path("report.html")))
    }

    @Test(arguments: [2, 3, 5]) func imagesAreTheBytesOfOne(count: Int) throws {
        let workspace = try Workspace()
        try workspace.writeDataSet()
        try Data("no image".utf8).write(to: workspace.folder.appendingPathComponent("data/train/banded/broken.png"))
        let decode = ["data", "--shorter-side", "20"]
        let one = try workspace.run("cap-decode", arguments: decode + ["--threads", "1", "-o", "one.h5"])
        try Pipeline.expectSuccess(one)
        let outcomes = try Self.run(count, workspace, "cap-decode", decode + ["-o", "several.h5"])
        try Self.expectSuccess(outcomes)
        #expect(try Self.identity(workspace, "several.h5") == Self.identity(workspace, "one.h5"))
        #expect(try Conformance.departures(ofFile: workspace.path("several.h5")) == [])
        #expect(!FileManager.default.fileExists(atPath: workspace.path("several.h5.parts")))
        // The first speaks, and of all images.
        func said(_ outcome: Outcome) -> [Substring] {
            outcome.errors.split(separator: "\n").filter { !$0.contains("time") && !$0.contains(".h5") }
        }
        #expect(said(outcomes[0]) == said(one) && one.errors.contains("skipped"))
        #expect(outcomes.dropFirst().allSatisfy { $0.errors.isEmpty })
        // How many there were is no reason to do it again.
        let again = try workspace.run("cap-decode", arguments: decode + ["-o", "several.h5", "--if-changed"])
        #expect(again.errors == "cap-decode: several.h5 is up to date\n")
    }

    @Test(arguments: [2, 3]) func detectionsAreTheBytesOfOne(count: Int) throws {
        let synthetic = try SyntheticFeatures(noise: 1.5)
        let workspace = try Workspace()
        try FileManager.default.copyItem(atPath: synthetic.path, toPath: workspace.path("features.h5"))
        for how in [[], ["--continue-clusters"], ["--repeats", "3"]] {
            let detect = ["features.h5", "--threads", "1"] + how
            let one = try workspace.run("cap-detect", arguments: detect + ["-o", "one.h5"])
            try Pipeline.expectSuccess(one)
            let outcomes = try Self.run(count, workspace, "cap-detect", detect + ["-o", "several.h5"])
            try Self.expectSuccess(outcomes)
            #expect(try Self.identity(workspace, "several.h5") == Self.identity(workspace, "one.h5"))
            #expect(outcomes.dropFirst().allSatisfy { $0.errors.isEmpty })
            #expect(outcomes[0].errors.contains("passes over the unlabeled images"))
        }
    }

    @Test func predictionsAreThoseOfOneInTheirOrder() throws {
        let workspace = try GPUTests.workspace()
        try workspace.writeDataSet()
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: workspace.path("data/train/woven/03-none.png")))
        for format in ["csv", "jsonl"] {
            let predict = ["model.h5", "data", "--batch", "5", "--threads", "1"]
            try Pipeline.expectSuccess(workspace.run("cap-predict", arguments: predict + ["-o", "one.\(format)"]))
            let outcomes = try Self.run(3, workspace, "cap-predict", predict + ["-o", "three.\(format)"])
            try Self.expectSuccess(outcomes)
            #expect(outcomes.count { $0.errors.contains("skipped data/train/woven/03-none.png") } == 1)
            let (one, three) = try (
                String(contentsOfFile: workspace.path("one.\(format)"), encoding: .utf8).split(separator: "\n"),
                String(contentsOfFile: workspace.path("three.\(format)"), encoding: .utf8).split(separator: "\n")
            )
            // The last digits of numbers may differ with the images that are encoded together.
            let names = { (lines: [Substring]) in lines.map { $0.replacing(#/0\.\d+(e-\d+)?|\d(\.\d+)?e-\d+/#, with: "#") } }
            #expect(names(one) == names(three))
        }
        let refused = try Self.run(2, workspace, "cap-predict", ["model.h5", "-", "-o", "none.csv"])
        for outcome in refused {
            #expect(outcome.status == 1 && outcome.errors.contains("name it with --list"), "\(outcome.errors)")
        }
    }

    /// On a device that is none, several processes do what one does; between them tensors go over the CPU.
    @Test func trainingOnDevicesIsThatOfTheCPU() throws {
        let workspace = try GPUTests.workspace()
        try Pipeline.expectSuccess(workspace.run("cap-finetune", arguments: Self.training + ["-o", "one.h5"]))
        let outcomes = try Self.run(
            3, workspace, "cap-finetune", Self.training + ["-o", "three.h5", "--device", "cuda"],
            environment: ["LD_PRELOAD": GPUTests.library])
        try Self.expectSuccess(outcomes)
        try Self.expectClose(Self.losses(workspace, "three.h5"), Self.losses(workspace, "one.h5"), within: 1e-4)
    }

    // MARK: - Faults

    enum Fault: String, CaseIterable { case kill, stop, missing }

    /// What is done to which process of which command, and when. `CAP_FAULTS=36` tries more of them.
    static let faults: [(command: String, fault: Fault, rank: Int, milliseconds: Int)] = {
        let count = ProcessInfo.processInfo.environment["CAP_FAULTS"].flatMap { Int($0) } ?? 8
        let commands = ["cap-finetune", "cap-embed", "cap-eval", "cap-decode", "cap-detect", "cap-predict"]
        return (0..<count).map { number in
            (commands[number % 6], Fault.allCases[(number / 6 + number) % 3], (number / 2) % 3, 60 + (number * 97) % 900)
        }
    }()

    /// The first process was stopped when it had just begun to keep the meeting place: its kernel takes connections, and nobody answers.
    @Test func aMeetingPlaceThatDoesNotAnswerIsGivenUp() throws {
        let workspace = try GPUTests.workspace()
        let (place, port) = try Ranks.silentPlace()
        defer { close(place) }
        let start = ContinuousClock.now
        let outcome = try workspace.run(
            "cap-eval", arguments: Self.evaluation + ["-o", "new-eval.h5", "-q", "--process-timeout", "1"],
            environment: ["RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)"])
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.hasPrefix("cap-eval: process 1 of 2 did not meet the others at 127.0.0.1, port \(port), within 1 s"))
    }

    /// A process died when it had told the others where it listens: the last one finds nobody there, and says one sentence.
    @Test func aProcessThatDiedWhileTheOthersMeetIsASentence() throws {
        let workspace = try GPUTests.workspace()
        let port = try Ranks.freePort()
        let arguments = Self.evaluation + ["-o", "new-eval.h5", "-q", "--process-timeout", "8"]
        let early = try Self.start(3, workspace, "cap-eval", arguments, missing: [1], port: port)
        let died = try #require(early.first { $0.rank == 2 }).program
        #expect(try Self.isWaitingForOthers(died))
        kill(died.process.processIdentifier, SIGKILL)
        _ = died.finish()
        let late = try Self.start(3, workspace, "cap-eval", arguments, missing: [0, 2], port: port)
        for outcome in Self.finish(early.filter { $0.rank != 2 } + late) {
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("cap-eval: process "), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }

    /// Waits until a process listens for the others, and has had the time to say where; returns whether it came to that.
    static func isWaitingForOthers(_ program: Program) throws -> Bool {
        for _ in 0..<400 {
            if try ListeningSocket.isHeld(by: program.process.processIdentifier) {
                usleep(500_000)
                return true
            }
            usleep(50_000)
        }
        return false
    }

    @Test(arguments: faults.indices) func whoeverIsLostTheOthersEndAndNothingIs(index: Int) throws {
        let (command, fault, rank, milliseconds) = Self.faults[index]
        let name = "\(command), process \(rank) after \(milliseconds) ms: \(fault)"
        let workspace = try GPUTests.workspace()
        let (arguments, output): ([String], String) =
            switch command {
            case "cap-finetune": (Self.training + ["--epochs", "40"], "new-model.h5")
            case "cap-embed":
                (["images.h5", "--checkpoint", Workspace.checkpoint, "--batch", "2", "--threads", "1"], "new-features.h5")
            case "cap-decode": (["data", "--threads", "1"], "new-images.h5")
            case "cap-detect": (["features.h5", "--repeats", "200", "--threads", "1"], "new-mismatch.h5")
            case "cap-predict": (["model.h5", "data", "--batch", "2", "--threads", "1"], "new-predictions.csv")
            default: (Self.evaluation, "new-eval.h5")
            }
        if arguments.contains("data") {
            for kind in 0..<2 { try workspace.writeImages(400, of: "class \(kind)", kind: kind, to: "data") }
        }
        let whole = output.replacing("new-", with: "whole-")
        try Pipeline.expectSuccess(workspace.run(command, arguments: arguments + ["-o", whole]))
        let (start, timeout) = (ContinuousClock.now, 3.0)
        let programs = try Self.start(
            3, workspace, command, arguments + ["-o", output, "-q", "--process-timeout", "\(Int(timeout))"],
            missing: fault == .missing ? [rank] : [])
        var victim: Program?
        if fault != .missing {
            usleep(UInt32(milliseconds) * 1000)
            victim = programs.first { $0.rank == rank }?.program
            if let victim { kill(victim.process.processIdentifier, fault == .kill ? SIGKILL : SIGSTOP) }
        }
        let others = programs.filter { $0.rank != rank }
        let outcomes = Self.finish(others)
        #expect(ContinuousClock.now - start < .seconds(timeout + 12), "\(name)")
        if let victim {
            kill(victim.process.processIdentifier, SIGKILL)
            _ = victim.finish()
        }
        // Where all was done before it happened, nobody has noticed.
        let isDone = FileManager.default.fileExists(atPath: workspace.path(output))
        for outcome in outcomes where !isDone {
            #expect(outcome.status == 1, "\(name): \(outcome.errors)")
            // What the first said of its input before is no part of it.
            let lines = outcome.errors.split(separator: "\n").filter { !$0.contains("were set aside for testing") }
            #expect(lines.last?.hasPrefix("\(command): process ") == true && lines.count == 1, "\(name): \(outcome.errors)")
            #expect(!outcome.errors.contains("typically"), "\(name): \(outcome.errors)")
        }
        try Pipeline.expectSuccess(workspace.run(command, arguments: arguments + ["-o", output]))
        switch command {
        case "cap-finetune": try Self.expectClose(Self.losses(workspace, output), Self.losses(workspace, whole), within: 1e-4)
        case "cap-predict":
            let contents = try [output, whole].map { try Data(contentsOf: URL(fileURLWithPath: workspace.path($0))) }
            #expect(contents[0] == contents[1], "\(name)")
        default: #expect(try Self.identity(workspace, output) == Self.identity(workspace, whole), "\(name)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path)
        // A model's epochs stay beside it.
        let kept = [output, output.replacing(".h5", with: ".metrics.jsonl")]
        #expect(left.filter { $0.hasPrefix("new-") && !kept.contains($0) } == [], "\(name)")
    }
}
