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

    /// Every command with a place to write to, and inputs that are not there: the place is what is found out first.
    @Test(arguments: [
        "cap-decode none -o PLACE", "cap-embed none --checkpoint none -o PLACE", "cap-detect none -o PLACE",
        "cap-describe none none --checkpoint none --answers none -o PLACE",
        "cap-describe none none --checkpoint none --answers none -o d.h5 --record PLACE",
        "cap-describe none none --checkpoint none --answers none -o d.h5 --template PLACE",
        "cap-label none none none -o PLACE", "cap-finetune none none none --checkpoint none -o PLACE",
        "cap-eval none none none none --checkpoint none -o PLACE",
        "cap-eval none none none none --checkpoint none -o eval.h5 --report PLACE", "cap-predict none none -o PLACE",
        "cap-report none -o PLACE", "cap-table none -o PLACE", "cap-inspect none --sheet PLACE", "cap-inspect none --seal PLACE",
        "cap-export none -o file/FOLDER", "cap-demo images -o file/FOLDER", "cap-demo sheet -o PLACE",
        "cap-demo checkpoint -o file/FOLDER",
    ]) func aPlaceThatIsNotThereIsSaidBeforeAnythingIsComputed(line: String) throws {
        let workspace = try Workspace()
        try Data().write(to: URL(fileURLWithPath: workspace.path("file")))
        for place in line.contains("PLACE") ? ["gone/x", "file/x"] : ["x"] {
            let words = line.replacing("PLACE", with: place).replacing("FOLDER", with: place).split(separator: " ").map(
                String.init)
            let outcome = try workspace.run(words[0], arguments: Array(words.dropFirst()))
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("\(words[0]): ") && outcome.errors.count { $0 == "\n" } == 1)
            #expect(outcome.errors.contains(words.first { $0.contains("/") } ?? "/"), "\(line): \(outcome.errors)")
            #expect(!outcome.errors.contains("none"), "\(line): \(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path) == ["file"])
        }
    }

    /// Artifacts of other programs and older versions reach no stage until cap-inspect has taken them over.
    @Test func aStageReadsSealedFilesAlone() throws {
        let source = try Pipeline.ul.get()
        let workspace = try Workspace()
        let sealed = try Data(contentsOf: URL(fileURLWithPath: source.path("features.h5")))
        let length = sealed.suffix(64).dropFirst(16).prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        try sealed.prefix(length).write(to: URL(fileURLWithPath: workspace.path("features.h5")))
        let refused = try workspace.run("cap-detect", "features.h5", "-o", "mismatch.h5")
        #expect(refused.status == 1 && refused.errors.hasPrefix("cap-detect: features.h5: has no seal"))
        try Pipeline.expectSuccess(workspace.run("cap-inspect", "features.h5", "--verify"))
        try Pipeline.expectSuccess(workspace.run("cap-inspect", "features.h5", "--seal", "taken.h5"))
        try Pipeline.expectSuccess(workspace.run("cap-detect", "taken.h5", "-o", "mismatch.h5"))
    }

    @Test func predictionsThatAreLostAreNoSuccess() throws {
        let workspace = try Pipeline.ul.get()
        let process = Process()
        let errors = Pipe()
        process.executableURL = Repository.executables.appendingPathComponent("cap-predict")
        process.arguments = ["model.h5", "data", "-q"]
        process.currentDirectoryURL = workspace.folder
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
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
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
    }

    /// A stage that is given a damaged file ends with a sentence, wherever the damage is.
    @Test(arguments: [("cap-detect", "features.h5"), ("cap-label", "mismatch.h5"), ("cap-label", "descriptions.h5")])
    func damagedInputIsNotUsed(command: String, damaged: String) throws {
        let source = try Pipeline.ul.get()
        let workspace = try Workspace()
        let (_, inputs, options) = try #require(Self.stages.first { $0.command == command })
        for input in inputs {
            try FileManager.default.copyItem(atPath: source.path(input), toPath: workspace.path(input))
        }
        try Pipeline.expectSuccess(workspace.run(command, arguments: inputs + options + ["-o", "out.h5", "-q"]))
        let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: workspace.path(damaged))))
        var mutator = HDF5Mutator(sound, others: [sound], seed: 7)
        for _ in 0..<20 {
            try Data(mutator.next()).write(to: URL(fileURLWithPath: workspace.path(damaged)))
            let outcome = try workspace.run(command, arguments: inputs + options + ["-o", "out.h5", "-q"])
            let verified = try workspace.run("cap-inspect", damaged, "--verify")
            #expect((outcome.status == 0) == (verified.status == 0), "\(outcome.errors)\(verified.errors)")
            guard outcome.status != 0 else { continue }
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("\(command): ") && outcome.errors.count { $0 == "\n" } == 1)
        }
    }
}
