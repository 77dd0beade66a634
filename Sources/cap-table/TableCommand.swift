import ArgumentParser
import Foundation
import Stages
import Terminal

@main
struct TableCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-table",
        abstract: "Put the results of many runs into a table.",
        discussion: """
            Reads the eval.h5 of each run, and its model.h5. Writes PREFIX.csv and PREFIX.md: a row per method (or per \
            value of a parameter), a column per data set and paradigm, in each cell the mean and the standard deviation \
            over the seeds of test accuracy in percent (in trzsl the harmonic mean of seen and unseen accuracy), the \
            best of a column in bold and the published number beside it.

            Example:
              cap-table runs/demo/*/*/seed-*/eval.h5 -o runs/tables/table1
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("Files that cap-eval wrote.", valueName: "eval.h5"))
    var evaluations: [String]

    @Option(
        help: ArgumentHelp(
            """
            What rows differ in: method, or a parameter of cap-finetune such as k, tau or margin.
            """, valueName: "name"))
    var rows = "method"

    @Option(name: .shortAndLong, help: ArgumentHelp("Path of the table without its ending.", valueName: "prefix"))
    var output: String

    @OptionGroup var verbosity: VerbosityOptions

    func run() throws {
        let table = try ResultsTable(evaluations, rows: rows == "method" ? .method : .parameter(rows))
        for (ending, text) in [("csv", table.csv), ("md", table.markdown)] {
            let path = "\(output).\(ending)"
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch {
                throw ValidationError("\(path) cannot be written: \(error.localizedDescription)")
            }
        }
        if !verbosity.quiet { print(table.markdown, terminator: "") }
    }
}
