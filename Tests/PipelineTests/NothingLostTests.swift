import Foundation
import TestSupport
import Testing

/// Inputs are never written over, what is lost is never success, and changed data is never used.
@Suite(.serialized) struct NothingLostTests {
    /// Every command with its inputs, without what it writes.
    static let stages: [(command: String, inputs: [String], options: [String])] = [
        ("cap-embed", ["images.h5"], ["--checkpoint", Workspace.checkpoint]),
        ("cap-detect", ["features.h5"], []),
        ("cap-describe", ["features.h5", "mismatch.h5"], ["--checkpoint", Workspace.checkpoint, "--answers", "answers.json"]),
        ("cap-label", ["features.h5", "mismatch.h5", "descriptions.h5"], ["--k", "3"]),
        (
            "cap-finetune", ["images.h5", "features.h5", "labels.h5"],
            ["--checkpoint", Workspace.checkpoint, "--epochs", "1", "--iters", "1"]
        ),
        ("cap-eval", ["model.h5", "images.h5", "features.h5", "labels.h5"], ["--checkpoint", Workspace.checkpoint]),
        ("cap-predict", ["model.h5", "data"], ["--format", "hdf5"]),
        ("cap-report", ["eval.h5"], []),
        ("cap-export", ["model.h5"], []),
    ]

    @Test(arguments: stages.indices)
    func anOutputThatIsAnInputIsRefused(index: Int) throws {
        let (command, inputs, options) = Self.stages[index]
        let workspace = try Pipeline.ul.get()
        for input in inputs where input.hasSuffix(".h5") {
            let before = try Data(contentsOf: URL(fileURLWithPath: workspace.path(input)))
            for output in [input, "./" + input, workspace.path(input)] {
                let outcome = try workspace.run(command, arguments: inputs + options + ["-o", output, "-q"])
                #expect(outcome.status == 1)
                #expect(outcome.errors == "\(command): \(output): is what is read as well; name another file to write\n")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.path(input))) == before)
        }
    }

    @Test func aDataSetsFilesAreNotReplaced() throws {
        let workspace = try Workspace()
        try workspace.writeDataSet()
        let files = try FileManager.default.subpathsOfDirectory(atPath: workspace.path("data")).filter { $0.contains(".") }
        for file in files.prefix(3) {
            let before = try Data(contentsOf: URL(fileURLWithPath: workspace.path("data/" + file)))
            let outcome = try workspace.run("cap-decode", "data", "-o", "data/" + file)
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("cap-decode: data/\(file): lies in data, which is read"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.path("data/" + file))) == before)
        }
        // Beside them it may be written, and again.
        for _ in 0..<2 { #expect(try workspace.run("cap-decode", "data", "-o", "data/images.h5", "-q").status == 0) }
    }

    @Test func predictionsThatAreLostAreNoSuccess() throws {
        let workspace = try Pipeline.ul.get()
        let process = Process()
        let errors = Pipe()
        process.executableURL = Repository.executables.appendingPathComponent("cap-predict")
        process.arguments = ["model.h5", "data", "-q"]
        process.currentDirectoryURL = workspace.folder
        process.standardOutput = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(said == "cap-predict: the standard output cannot be written: the disk is full\n")
    }

    @Test(arguments: CommandLineTests.commands)
    func helpThatIsLostIsNoSuccess(command: String) throws {
        let process = Process()
        process.executableURL = Repository.executables.appendingPathComponent(command)
        process.arguments = ["--help"]
        process.standardOutput = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
    }

    /// A stage that reads a damaged file ends with a sentence, wherever the damage is; one that passes over it made what it
    /// makes of the sound file.
    @Test(arguments: [("cap-detect", "features.h5"), ("cap-label", "mismatch.h5"), ("cap-label", "descriptions.h5")])
    func damagedInputIsNotUsed(command: String, damaged: String) throws {
        let source = try Pipeline.ul.get()
        let workspace = try Workspace()
        let (_, inputs, options) = try #require(Self.stages.first { $0.command == command })
        for input in inputs {
            try FileManager.default.copyItem(atPath: source.path(input), toPath: workspace.path(input))
        }
        try Pipeline.expectSuccess(workspace.run(command, arguments: inputs + options + ["-o", "sound.h5", "-q"]))
        let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: workspace.path(damaged))))
        var mutator = HDF5Mutator(sound, others: [sound], seed: 7)
        for _ in 0..<20 {
            try Data(mutator.next()).write(to: URL(fileURLWithPath: workspace.path(damaged)))
            let outcome = try workspace.run(command, arguments: inputs + options + ["-o", "out.h5", "-q"])
            if outcome.status == 0 {
                let difference = try workspace.run("cap-inspect", "sound.h5", "--diff", "out.h5")
                #expect(difference.output.contains("the same parameters and the same data"))
            } else {
                #expect(outcome.status == 1)
                #expect(outcome.errors.hasPrefix("\(command): ") && outcome.errors.count { $0 == "\n" } == 1)
            }
        }
    }
}
