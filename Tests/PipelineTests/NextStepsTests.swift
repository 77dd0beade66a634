import Essentials
import Foundation
import Parameters
import Runs
import TestSupport
import Testing

/// What a report advises, in the words that the run was asked for with.
@Suite struct NextStepsTests {
    private func parameter(_ name: String) throws -> Parameter { try #require(Parameters.named(name)) }

    @Test func aValueTakesTheOnesPlaceThatWasGiven() throws {
        let make = RequestedRun(words: ["make", "pets-ul", "TAU=0.85", "DATA=/my pictures"], runs: "runs")
        #expect(try make.command(with: parameter("tau"), "0.7") == "make pets-ul 'DATA=/my pictures' TAU=0.7")
        #expect(
            try make.command(with: parameter("all-classes"), "1") == "make pets-ul TAU=0.85 'DATA=/my pictures' ALL_CLASSES=1")
        let run = RequestedRun(words: ["cap-run", "it's", "--tau", "0.85", "--k=8", "--model", "m"], runs: "runs")
        #expect(try run.command(with: parameter("tau"), "0.7") == "cap-run 'it'\\''s' --k=8 --model m --tau 0.7")
        #expect(try run.command(with: parameter("k"), "4") == "cap-run 'it'\\''s' --tau 0.85 --model m --k 4")
        #expect(
            try run.command(with: parameter("all-classes"), "1")
                == "cap-run 'it'\\''s' --tau 0.85 --k=8 --model m --all-classes")
        #expect(run.path("pets/ul/model.h5") == "runs/pets/ul/model.h5" && run.path("/a/b.h5") == "/a/b.h5")
    }

    @Test(arguments: [["a"], ["a", "b c", ""], ["it's", "''", "'", "\\", "a\\'b"], ["$(x)", "`y`", "\n", "é日", "--x=1 2"]])
    func aCommandsLineIsReadBackAsItsWords(_ words: [String]) {
        #expect(ShellWord.words(ShellWord.line(words)) == words)
    }

    /// The shell itself says what it reads.
    @Test(arguments: ["", "\u{301}", "\u{FE0F}", "\u{200D}", "\u{20E3}", "\u{93E}", "\u{1F3FB}", "\n", "\r\n"])
    func aShellReadsTheWordsWhateverIsBehindASign(_ mark: String) throws {
        let words = "'\"$`;&|<>()[]{}*?#~=%!\\ -".map { "\($0)\(mark)x\($0)\(mark)" }
        let outcome = try Program.run("sh", ["-c", ShellWord.line(["printf", "%s\\0"] + words)])
        let read = outcome.output.unicodeScalars.split(separator: "\0").map { Array($0) }
        #expect(read == words.map { Array($0.unicodeScalars) }, "\(outcome.errors)")
        #expect(ShellWord.words(ShellWord.line(words)) == words)
    }

    @Test(arguments: ["", " a", "a ", "a  b", "'a", "a\\b"]) func otherLinesAreNotRead(_ line: String) {
        #expect(ShellWord.words(line) == nil)
    }

    /// The commands of the page's box.
    private func evaluated(_ request: RequestedRun?, _ options: String...) throws -> String {
        let workspace = try Pipeline.ul.get()
        let name = "next-\(UUID().uuidString)"
        let outcome = try workspace.run(
            "cap-eval",
            arguments: [
                "model.h5", "images.h5", "features.h5", "labels.h5", "--checkpoint", Workspace.checkpoint, "--report",
                "\(name).html", "-o", "\(name).h5", "--threads", "1",
            ] + options, environment: try request.map { [RequestedRun.variable: try $0.text] } ?? [:])
        try Pipeline.expectSuccess(outcome)
        return try String(contentsOfFile: workspace.path("\(name).html"), encoding: .utf8)
    }

    @Test func adviceIsInTheWordsOfWhoeverAsked() throws {
        let make = try Pipeline.advice(onPage: evaluated(RequestedRun(words: ["make", "pets-ul", "K=3"], runs: "my runs")))
        #expect(
            make.allSatisfy { $0.hasPrefix("make ") || $0.hasPrefix("cap-predict 'my runs/") || $0.hasPrefix("cap-export ") },
            "\(make)")
        // Random weights know nothing: the random pseudolabels are too many, unless adaptation made it worse.
        #expect(make.contains { $0.hasPrefix("make pets-ul K=3 ") }, "\(make)")
        let byHand = try Pipeline.advice(onPage: evaluated(nil))
        #expect(byHand.contains { $0.hasPrefix("cap-") } && !byHand.contains { $0.hasPrefix("make") })
        // A stage's own command comes with all that it was given, and writes another file.
        if let tuned = byHand.first(where: { $0.hasPrefix("cap-finetune images.h5 features.h5 labels.h5") }) {
            #expect(tuned.contains("--iters 3") && !tuned.contains("-o model.h5"))
        }
    }

    /// Make itself is another one here, which says what it was told.
    @Test func aRunTellsItsStagesWhatWasTyped() throws {
        let workspace = try Workspace()
        try workspace.writeDataSet()
        let make = workspace.folder.appendingPathComponent("bin/make")
        try FileManager.default.createDirectory(at: make.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("#!/bin/sh\nprintf '%s\\n%s' \"$CAP_CALLER\" \"$CAP_REQUEST\"\n".utf8).write(to: make)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: make.path)
        let path = make.deletingLastPathComponent().path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        for (command, arguments, caller, words) in [
            (
                "cap-run", ["data", "--model", Workspace.checkpoint, "--k=3"], "cap-run",
                ["cap-run", "data", "--model", Workspace.checkpoint, "--k=3"]
            ),
            (
                "cap-plan", ["--make", "DATA=.", "MODEL=\(Workspace.checkpoint)", "--", "data-ul"], "make",
                ["make", "DATA=.", "MODEL=\(Workspace.checkpoint)", "data-ul"]
            ),
        ] {
            let outcome = try workspace.run(command, arguments: arguments, environment: ["PATH": path])
            try Pipeline.expectSuccess(outcome)
            let said = outcome.output.split(separator: "\n", maxSplits: 1)
            #expect(said.first.map(String.init) == caller)
            let request = try JSONDecoder().decode(RequestedRun.self, from: Data((said.last ?? "").utf8))
            #expect(request == RequestedRun(words: words, runs: "runs"))
        }
    }
}
