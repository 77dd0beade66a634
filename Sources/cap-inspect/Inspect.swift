import ArgumentParser
import Artifacts
import Terminal

package struct Inspect: ConfinedCommand {
    package static let configuration = CommandConfiguration(
        .inspect,
        discussion: """
            Reads one HDF5 file. Prints its provenance, its parameters and its tree of datasets, each with the \
            dimensions by name, the type, the unit and the first values, to standard output. The file may come from \
            anywhere: it is read in a process of its own with limits of time and memory, links to other files are not \
            followed, and control characters are shown, not obeyed.

            EXAMPLES
              cap-inspect runs/demo/features.h5
              cap-inspect runs/demo/ul/labels.h5 pseudolabeled --first 20
              cap-inspect runs/demo/ul/eval.h5 --value metrics/adapted/accuracy
              cap-inspect runs/demo/ul/eval.h5 --json | jq .parameters
              cap-inspect runs/demo/ul/labels.h5 --csv pseudolabeled > pseudolabeled.csv
              cap-inspect runs/demo/ul/labels.h5 --sheet pseudolabeled.png
              cap-inspect runs/demo/ul/mismatch.h5 --sheet cluster.png --set 1
              cap-inspect runs/demo/ul --diff runs/demo/ssl
            """)

    @Argument(help: "HDF5 file to show.", completion: .file(extensions: ["h5", "hdf5"]))
    var file: String

    @Argument(help: "Group or dataset to show alone.")
    var path: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print what each dataset means as well.")
    var long = false

    @Option(help: "How many first values to show of each dataset. (default: as many as fit, up to 6)")
    var first: Int?

    @Option(
        help: ArgumentHelp(
            "Print all values of one dataset and nothing else, a line per row.", valueName: "path"))
    var value: String?

    @Option(
        help: ArgumentHelp(
            "Print one dataset, or a group's datasets side by side, as CSV and nothing else.", valueName: "path"))
    var csv: String?

    @Option(
        help: ArgumentHelp(
            "Compare with another file, or a run's folder with another: parameters, results, data.", valueName: "other"),
        completion: .file())
    var diff: String?

    @OptionGroup(title: "Contact sheet") var sheet: SheetOptions

    @Flag(help: "Read everything and check that it still has the identity it was written with.")
    var verify = false

    @Option(
        help: ArgumentHelp(
            "Write an artifact that was changed on purpose to a new file that stages take: with its data's identity and a seal.",
            valueName: "new.h5"),
        completion: .file(extensions: ["h5"]))
    var seal: String?

    package init() {}

    package func validate() throws {
        if let first, !(0...1_000_000).contains(first) {
            throw ValidationError("--first must be between 0 and 1000000, not \(first).")
        }
        let alone = [value, csv, diff, sheet.sheet, seal].compactMap { $0 }
        if alone.count > 1 || (!alone.isEmpty && value == nil && (path != nil || json || long || verify || first != nil)) {
            throw ValidationError(
                "--value, --csv, --diff, --sheet and --seal each go with no other option but those of the sheet.")
        }
        if value != nil && (path != nil || json || long || verify || first != nil) {
            throw ValidationError("--value prints one dataset's values alone and goes with no other option.")
        }
    }

    package var untrusted: [String] { [file] + [diff, sheet.images].compactMap { $0 } }

    package var outputs: [String] { [sheet.sheet, seal].compactMap { $0 } }

    package func run() throws {
        if let value { return try Values(file: file, path: value).print() }
        if let csv { return try Table(file: file, path: csv).print() }
        let style = Style(isColorful: Standard.output.isColorful)
        if let diff { return try Standard.output.write(Difference(file, diff).text(style)) }
        if sheet.sheet != nil { return try sheet.draw(file) }
        if let seal {
            let identity = try Resealing.reseal(file, to: seal)
            return Standard.error.writeLines("cap-inspect: wrote \(seal), identity \(identity)")
        }
        var outline = try Outline(of: file, values: first ?? 6)
        if let path { outline = try outline.restricted(to: path) }
        if json {
            Standard.output.write(outline.json.indentedText.escapingControlsInJSON + "\n")
        } else {
            Standard.output.write(
                outline.text(style, withMeanings: long, isWhole: path == nil, width: first == nil ? 64 : nil))
        }
        if verify {
            let artifact = try ArtifactReader(anyKind: file)
            try artifact.verify()
            Standard.error.writeLines(
                "cap-inspect: \(file): intact"
                    + (artifact.isSealed ? "" : ", but not sealed: what its attributes say cannot be checked"))
        }
    }
}
