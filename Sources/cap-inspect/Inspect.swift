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
              cap-inspect runs/demo/labels.h5 pseudolabeled --values 20
              cap-inspect runs/demo/eval.h5 --json | jq .parameters
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

    @Option(help: "How many first values to read of each dataset.")
    var values = 6

    @Flag(help: "Read everything and check that it still has the identity it was written with.")
    var verify = false

    func validate() throws {
        guard (0...1_000_000).contains(values) else {
            throw ValidationError("--values must be between 0 and 1000000, not \(values).")
        }
    }

    func run() throws {
        var outline = try Outline(of: file, values: values)
        if let path { outline = try outline.restricted(to: path) }
        if json {
            Standard.output.write(outline.json.indentedText + "\n")
        } else {
            let style = Style(isColorful: Standard.output.isColorful)
            Standard.output.write(outline.text(style, withMeanings: long, isWhole: path == nil))
        }
        if verify {
            try ArtifactReader(anyKind: file).verify()
            Standard.error.write("cap-inspect: \(file): intact\n")
        }
    }
}
