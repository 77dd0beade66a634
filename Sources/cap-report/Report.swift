import ArgumentParser
import Runs
import Terminal

package struct ReportCommand: Command {
    package static let configuration = CommandConfiguration(
        .report,
        discussion: """
            Reads the eval.h5 of several runs and, where they still are, the files they were made from. Prints a table of \
            settings: runs that differ in nothing but their seed are one, with mean and standard deviation. -o makes a page of \
            it that needs no network, with every run, what differs between them, and accuracy by class.

            With --watch it shows one training while it goes on, from the metrics.jsonl that cap-finetune adds a line to \
            after each epoch: curves on a terminal (by gnuplot, where it is installed), otherwise a line an epoch. With -o it \
            keeps a page up to date that a browser renews by itself. It waits where there is none yet, and ends with the training.

            Examples:
              cap-report runs/demo/ul runs/demo/ssl runs/seed2/demo/ul -o runs.html
              cap-report --watch runs/demo/ul -o live.html
            """)

    @Argument(
        help: ArgumentHelp(
            "Files that cap-eval wrote, or folders with an eval.h5; with --watch a folder, model.h5 or metrics.jsonl.",
            valueName: "run"),
        completion: .file(extensions: ["h5"]))
    var runs: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("HTML page to write.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var output: String?

    @Flag(help: "Show how a training goes while it goes on.")
    var watch = false

    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package var outputs: [String] { output.map { [$0] } ?? [] }

    package var readsRuns: Bool { true }

    package func requireEndings() throws { try requireEnding(output, of: "-o", ["html", "htm"], for: "the page") }

    package func validate() throws {
        if watch, runs.count != 1 { throw ValidationError("--watch takes one run.") }
    }

    package func run() throws {
        if watch { return try Watch(runs[0], output: output, isQuiet: verbosity.quiet).run() }
        var stage = Compare(runs: runs)
        stage.output = output
        let (comparison, table) = try stage.run()
        Standard.output.write(table.escapingControls(keepingLines: true))
        guard let output else { return }
        var summary = Summary("cap-report")
        summary.add("runs", HumanReadable.count(comparison.runs.count))
        summary.add("settings", HumanReadable.count(comparison.settings.count))
        summary.add("wrote", file: output)
        summary.print(quiet: verbosity.quiet)
    }
}
