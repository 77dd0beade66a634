import ArgumentParser
import Artifacts
import FoundationEssentials
import Outputs
import Parameters
import Reporting
import Runs
import Tables
import Terminal

package struct TableCommand: Command {
    package static let configuration = CommandConfiguration(
        .table,
        discussion: """
            Reads the eval.h5 of each run and what it was made from. Writes PREFIX.csv, PREFIX.md, PREFIX.svg and \
            PREFIX.png; where there are several figures, what they are of stands behind PREFIX. Of the test accuracy \
            in percent (in trzsl the harmonic mean of seen and unseen accuracy) the table has a row per method (or per \
            value of a parameter), a column per data set and paradigm, in each cell the mean and the standard \
            deviation over the seeds, the best of a column in bold and the published number beside it. Other \
            subjects:

            \(Exhibit.Subject.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            Examples:
              cap-table runs/demo/*/*/seed-*/eval.h5 -o runs/tables/table1
              cap-table runs/demo/ul/cap/seed-*/eval.h5 --show classes -o classes
            """)

    @Argument(
        help: ArgumentHelp("Files that cap-eval wrote; for mismatch those of cap-detect.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var files: [String]

    @Option(help: "What to show of the runs.")
    var show = Exhibit.Subject.accuracy

    @Option(
        help: ArgumentHelp(
            """
            What rows of accuracies differ in: method, or a parameter of any stage by its name in docs/parameters.md, such as k, tau, \
            margin or share.
            """, valueName: "name"))
    var rows = "method"

    @Option(name: .shortAndLong, help: ArgumentHelp("Path of the table without its ending.", valueName: "prefix"))
    var output: String

    @Flag(help: "Do nothing where the table is of the same runs.")
    var ifChanged = false

    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func validate() throws {
        guard rows == "method" || Parameters.named(rows) != nil else {
            let names = Parameters.all.map(\.name) + ["method"]
            throw ValidationError("There is no parameter \(rows)\(Suggestion.clause(for: rows, in: names)).")
        }
    }

    package var outputs: [String] { ["csv", "svg", "png", "md"].map { "\(output).\($0)" } }

    package func run() throws {
        let record = try TableRecord.line(
            of: Self.options, files.map { try ArtifactReader(anyKind: $0).identity.description })
        let table = output + ".md"
        if ifChanged, let text = try? String(contentsOfFile: table, encoding: .utf8), text.contains(record) {
            throw UnchangedOutput(table)
        }
        let subject = rows == "method" ? nil : Parameters.named(rows)
        let exhibit = try Exhibit(show, of: files, rows: subject.map { .parameter($0) } ?? .method)
        try write(Data(exhibit.csv.utf8), "csv")
        if let gnuplot = Gnuplot() {
            for (suffix, figure) in exhibit.figures {
                let drawing = try gnuplot.draw(figure)
                try write(drawing.svg, "svg", suffix)
                try write(drawing.png, "png", suffix)
            }
        } else {
            Standard.error.writeLines(
                "cap-table: gnuplot was not found, so \(output) has no figures; "
                    + "install it (Debian: gnuplot-nox) and run this again")
        }
        // Last, since its presence says that all is there.
        try write(Data((exhibit.markdown + "\n" + record + "\n").utf8), "md")
        if !verbosity.quiet { Standard.output.write(exhibit.markdown.escapingControls(keepingLines: true)) }
    }

    /// The command line without the command.
    private static var options: [String] { Array(CommandLine.arguments.dropFirst()) }

    private func write(_ data: Data, _ ending: String, _ suffix: String = "") throws {
        try PartialFile.write(data, to: "\(output)\(suffix).\(ending)")
    }
}

extension Exhibit.Subject: ExpressibleByArgument {}
