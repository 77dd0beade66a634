import Foundation
import TestSupport
import Testing

/// What all commands have in common for those who type them.
@Suite struct CommandLineTests {
    static let commands = [
        "cap-decode", "cap-embed", "cap-detect", "cap-describe", "cap-label", "cap-finetune", "cap-eval", "cap-report",
        "cap-predict", "cap-export", "cap-table", "cap-inspect",
    ]

    @Test(arguments: commands)
    func helpHasAnExampleAndShellsGetCompletions(command: String) throws {
        let workspace = try Workspace()
        let help = try workspace.run(command, "--help")
        #expect(help.status == 0)
        #expect(help.output.contains(/(?i)examples?/) && help.output.contains("  \(command) "))
        // An option stands at the beginning of its line, behind its short form where it has one.
        let options = help.output.matches(of: /(?m)^ +(?:-\w, )?--([a-z][a-z-]*)/).map { String($0.1) }
        #expect(options.contains("help") && (options.contains("quiet") || command == "cap-inspect"))
        for shell in ["bash", "zsh", "fish"] {
            let completions = try workspace.run(command, "--generate-completion-script", shell)
            #expect(completions.status == 0)
            for option in options where option != "version" || shell != "fish" {
                #expect(completions.output.contains(option), "\(shell) does not complete --\(option)")
            }
        }
        // What manual pages are made from.
        let description = try workspace.run(command, "--experimental-dump-help")
        #expect(description.status == 0 && description.output.contains("\"serializationVersion\""))
    }

    /// Whoever copies one has all of it: none is broken where the width of a terminal ends.
    @Test(arguments: commands + ["cap-plan", "cap-run", "cap-review"])
    func examplesCanBeCopied(command: String) throws {
        let help = try Workspace().run(command, arguments: ["--help"], environment: ["COLUMNS": "80"]).output
        let examples = try #require(help.split(separator: /(?im)^examples?:?\n/).dropFirst().first)
        let lines = examples.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
        #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("  ") && $0.count <= 80 }, "\(lines)")
    }

    @Test func quietCommandsSayNothing() throws {
        let workspace = try Pipeline.ul.get()
        let outcome = try workspace.run(
            "cap-label", "features.h5", "mismatch.h5", "descriptions.h5", "--k", "3", "-o", "quiet.h5", "-q")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty && outcome.output.isEmpty)
    }

    @Test(arguments: [
        ["cap-review", ".", "-o", "eval.h5"], ["cap-review", ".", "--csv", "model.h5"], ["cap-report", ".", "-o", "model.h5"],
        ["cap-report", "--watch", ".", "-o", "eval.h5"], ["cap-review", ".", "--csv", "x.parquet"],
        ["cap-eval", "model.h5", "images.h5", "features.h5", "labels.h5", "-o", "x.h5", "--report", "x.pdf"],
    ])
    func aNameOfAnotherKindIsNotWritten(words: [String]) throws {
        let workspace = try Pipeline.ul.get()
        let before = try Data(contentsOf: URL(fileURLWithPath: workspace.path("eval.h5"))).count
        let outcome = try workspace.run(words[0], arguments: Array(words.dropFirst()) + ["--checkpoint", Workspace.checkpoint])
        #expect(outcome.status == 64)
        if words[0] != "cap-report" { #expect(outcome.errors.contains("is written as .")) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.path("eval.h5"))).count == before)
    }

    @Test func aSummaryNamesTheNextCommand() throws {
        let workspace = try Pipeline.ul.get()
        let outcome = try workspace.run(
            "cap-label", "features.h5", "mismatch.h5", "descriptions.h5", "--k", "3", "-o", "next.h5")
        #expect(outcome.errors.contains("next: cap-finetune images.h5 features.h5 next.h5"))
    }

    /// `script` of bsdutils gives a command a terminal.
    @Test(.enabled(if: Program.isInstalled("script"), "needs script (package bsdutils)"))
    func coloursAreForTerminalsThatWantThem() throws {
        let workspace = try Pipeline.ul.get()
        func inspect(_ variables: [String: String]) throws -> String {
            try Program.run(
                "script", ["-qec", "'\(Repository.command("cap-inspect"))' labels.h5", "/dev/null"],
                environment: ["NO_COLOR": nil, "TERM": "xterm"].merging(variables) { $1 }, in: workspace.folder
            ).output
        }
        #expect(try inspect([:]).contains("\u{1B}[1m"))
        #expect(try !inspect(["NO_COLOR": "1"]).contains("\u{1B}"))
        #expect(try !inspect(["TERM": "dumb"]).contains("\u{1B}"))
        #expect(try !workspace.run("cap-inspect", "labels.h5").output.contains("\u{1B}"))
    }
}
