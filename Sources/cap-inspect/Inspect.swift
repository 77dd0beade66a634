import ArgumentParser
import Artifacts
import Terminal

@main
struct Inspect: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-inspect",
        abstract: "Show what is in an artifact, or in any HDF5 file.",
        discussion: """
            Reads one HDF5 file. Prints its provenance, its parameters and its tree of datasets, each with the \
            dimensions by name, the type, the unit and the first values, to standard output.

            EXAMPLES
              cap-inspect runs/demo/features.h5
              cap-inspect runs/demo/ul/labels.h5 pseudolabeled --first 20
              cap-inspect runs/demo/ul/eval.h5 --value metrics/adapted/accuracy
              cap-inspect runs/demo/ul/eval.h5 --json | jq .parameters
            """,
        version: CAPVersion.current)

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

    @Flag(help: "Read everything and check that it still has the identity it was written with.")
    var verify = false

    func validate() throws {
        if let first, !(0...1_000_000).contains(first) {
            throw ValidationError("--first must be between 0 and 1000000, not \(first).")
        }
        if value != nil && (path != nil || json || long || verify || first != nil) {
            throw ValidationError("--value prints one dataset's values alone and goes with no other option.")
        }
    }

    func run() throws {
        if let value { return try Values(file: file, path: value).print() }
        var outline = try Outline(of: file, values: first ?? 6)
        if let path { outline = try outline.restricted(to: path) }
        if json {
            Standard.output.write(outline.json.indentedText + "\n")
        } else {
            let style = Style(isColorful: Standard.output.isColorful)
            Standard.output.write(
                outline.text(style, withMeanings: long, isWhole: path == nil, width: first == nil ? 64 : nil))
        }
        if verify {
            try ArtifactReader(anyKind: file).verify()
            Standard.error.write("cap-inspect: \(file): intact\n")
        }
    }
}
