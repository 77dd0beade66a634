import ArgumentParser
import Runs
import Terminal

@main
struct ReportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-report",
        abstract: "Put runs side by side: methods, paradigms, seeds, parameters.",
        discussion: """
            Reads the eval.h5 of several runs and, where they still are, the files they were made from. Prints a table of \
            settings: runs that differ in nothing but their seed are one, with mean and standard deviation. -o makes a page of \
            it that needs no network, with every run, what differs between them, and accuracy by class.

            Example:
              cap-report runs/demo/ul runs/demo/ssl runs/seed2/demo/ul -o runs.html
            """,
        version: CAPVersion.current)

    @Argument(
        help: ArgumentHelp("Files that cap-eval wrote, or folders with an eval.h5.", valueName: "run"),
        completion: .file(extensions: ["h5"]))
    var runs: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("HTML page to write.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var output: String?

    @OptionGroup var verbosity: VerbosityOptions

    var outputs: [String] { output.map { [$0] } ?? [] }

    func run() throws {
        var stage = Compare(runs: runs)
        stage.output = output
        let (comparison, table) = try stage.run()
        Standard.output.write(table)
        guard let output else { return }
        var summary = Summary("cap-report")
        summary.add("runs", HumanReadable.count(comparison.runs.count))
        summary.add("settings", HumanReadable.count(comparison.settings.count))
        summary.add("wrote", output)
        summary.print(quiet: verbosity.quiet)
    }
}
