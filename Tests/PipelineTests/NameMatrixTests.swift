import Essentials
import Foundation
import TestSupport
import Testing

/// Names as people have them, for folders of data, of runs and of data sets, for classes and files: each works or is refused in
/// one sentence, and none of them does anything.
@Suite struct NameMatrixTests {
    static let names = [
        "plain", "my pets", "it's", "a#b", "a:b", "a$b", "$(touch canary)", "`touch canary`", "100%", "r%x", "a=b", "a;b", "a&b",
        "a|b", "a\\b", "\"quoted\"", "-dash", "--help", "été", "日本", "🦙 llama", "{}", "*", "?", "~", "a,b", "a'b\"c", "$HOME",
        "tab\tb",
        // To a String, a sign before a combining mark is another character than the sign.
        "x'\u{FE0F};touch canary;'\u{FE0F}", "$\u{301}(touch canary)", "`\u{20E3}touch canary`\u{20E3}",
        "a#\u{301}b:\u{301}c%\u{301}d",
    ]

    /// One image a class, decoded; the stages behind do not see names of files or folders.
    private func prepare(_ workspace: Workspace, data: String, dataSet: String, className: String = "banded") throws {
        try workspace.writeImages(2, of: className, kind: 0, to: "\(data)/\(dataSet)")
        try workspace.writeImages(2, of: "other", kind: 1, to: "\(data)/\(dataSet)")
    }

    private func check(_ workspace: Workspace, _ outcome: Outcome, _ what: String) throws {
        let found = try FileManager.default.subpathsOfDirectory(atPath: workspace.folder.path)
        #expect(!found.contains { $0.hasSuffix("canary") }, "\(what) was executed")
        if outcome.status == 0 {
            #expect(found.contains { $0.hasSuffix("images.h5") }, "\(what): \(outcome.output) \(outcome.errors)")
        } else {
            #expect(
                outcome.errors.split(separator: "\n").count <= 3 && !outcome.errors.contains("Fatal"),
                "\(what): \(outcome.errors)")
        }
    }

    @Test(arguments: names) func everyNameOfADataSetIsPlannedOrRefused(_ name: String) throws {
        let workspace = try Workspace()
        try prepare(workspace, data: "data", dataSet: name)
        let outcome = try workspace.run("cap-run", arguments: ["data/\(name)", "--model", Workspace.checkpoint, "--dry-run"])
        #expect((outcome.status == 0) == !name.contains("\t"), "\(name): \(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count <= 1)
        #expect(!FileManager.default.fileExists(atPath: workspace.path("runs")))
    }

    /// From pictures to predictions, by cap-run.
    @Test(arguments: ["my pets", "$(touch canary)", "it's 100%", "🦙 a:b#c"]) func runsOfOddNamesGoToTheEnd(_ name: String) throws
    {
        let workspace = try Workspace()
        for part in ["train", "test"] { try prepare(workspace, data: "data", dataSet: "\(name)/\(part)", className: name) }
        let outcome = try workspace.run(
            "cap-run",
            arguments: [
                "data/\(name)", "--model", Workspace.checkpoint, "--runs", "runs of \(name)", "--epochs", "1", "--iters", "1",
                "--batch", "2", "--k", "1", "--method", "cap-no-alignment",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try check(workspace, outcome, name)
        let found = try FileManager.default.subpathsOfDirectory(atPath: workspace.path("runs of \(name)"))
        let report = try #require(found.first { $0.hasSuffix("report.html") })
        let page = try String(contentsOfFile: workspace.path("runs of \(name)/\(report)"), encoding: .utf8)
        let advice = Pipeline.advice(onPage: page)
        let again = "cap-run \(ShellWord.quoted("data/\(name)")) --model "
        #expect(!advice.isEmpty && advice.allSatisfy { $0.hasPrefix(again) || !$0.hasPrefix("cap-run") && !$0.hasPrefix("make") })
        #expect(outcome.output.contains("report: runs of \(name)/"))
    }

    @Test(arguments: names) func everyNameOfAFolderOfRunsAndOfDataWorks(_ name: String) throws {
        let workspace = try Workspace()
        try prepare(workspace, data: name, dataSet: "pets", className: name.contains("/") ? "banded" : name)
        // Up to the first artifact: the plan of all others is the same.
        let outcome = try workspace.run(
            "cap-plan",
            arguments: [
                "--make", "--", "\(name)/runs/pets/images.h5", "DATA=\(name)", "RUNS=\(name)/runs",
                "MODEL=\(Workspace.checkpoint)",
            ])
        try check(workspace, outcome, name)
        if name.contains("\t") || name == "~" || name.hasPrefix("-") { return }
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        #expect(
            FileManager.default.fileExists(atPath: workspace.path("\(name)/runs/pets/images.h5")), "\(name): \(outcome.errors)")
    }

    /// What a summary says to type next is read by a shell as the file that was written.
    @Test(arguments: names.filter { !$0.contains("\t") }) func theNextCommandNamesTheFile(_ name: String) throws {
        let workspace = try Workspace()
        try prepare(workspace, data: "data", dataSet: "pets")
        let outcome = try workspace.run("cap-decode", arguments: ["data/pets", "-o", "./\(name).h5"])
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        let next = try #require(outcome.errors.split(separator: "\n").last?.wholeMatch(of: #/ +next: (.+)/#)?.1)
        #expect(ShellWord.words(String(next))?.prefix(2) == ["cap-embed", "./\(name).h5"], "\(next)")
    }

    @Test func noTwoNamesBecomeOne() throws {
        let workspace = try Workspace()
        var folders: Set<String> = []
        for name in Self.names where !name.contains("\t") {
            try prepare(workspace, data: "data", dataSet: name)
            let planned = try workspace.run("cap-run", arguments: ["data/\(name)", "--model", Workspace.checkpoint, "--dry-run"])
            let line = planned.output.split(separator: "\n").first { $0.contains("images.h5") && $0.contains("cap-decode") } ?? ""
            let target = line.components(separatedBy: "-o ").last ?? ""
            #expect(folders.insert(target).inserted, "\(name) and another are \(target)")
        }
    }

    /// Through make, from the checkout: what a shell can pass.
    @Test(arguments: ["my pets", "it's", "a#b", "a:b", "a$b", "100%"]) func makeTakesTheSameNames(_ name: String) throws {
        let root = Repository.root
        let workspace = try Workspace()
        try prepare(workspace, data: "data", dataSet: name)
        for goal in [["\(name)-ul"], ["ul", "DATASET=\(name)"]] {
            let make = Process()
            make.executableURL = URL(fileURLWithPath: "/usr/bin/make")
            make.arguments =
                ["-n", "-C", root.path, "BUILT=", "BIN=\(Repository.executables.path)"] + goal
                + ["DATA=\(workspace.path("data"))", "RUNS=\(workspace.path("r \(name)"))", "MODEL=\(Workspace.checkpoint)"]
            let (output, errors) = (Pipe(), Pipe())
            make.standardOutput = output
            make.standardError = errors
            try make.run()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            make.waitUntilExit()
            #expect(make.terminationStatus == 0, "\(goal): \(complaints)")
            #expect(said.contains("cap-decode"), "\(goal): \(said)\(complaints)")
        }
    }
}
