import ArgumentParser
import DataSets
import Parameters
import Stages
import Terminal

package struct DecodeCommand: Command {
    package static let configuration = CommandConfiguration(
        .decode,
        discussion: """
            Reads a folder of class folders (CLASS/*, or train/CLASS/* and test/CLASS/*) of JPEG, PNG, WebP, TIFF, GIF, \
            BMP, HEIC and AVIF files, or one of the known data sets, and writes images.h5: RGB pixels, names, labels \
            where known, and which images are for testing. Files are told by their content, not their extension. An \
            image that does not decode is recorded with the reason and skipped; every file that is no image is counted. \
            Several processes that srun or mpirun start with one command line divide the images and join what they decoded \
            (docs/scaling.md).

            Example:
              cap-decode ~/data/flowers -o images.h5
            """)

    @Argument(help: ArgumentHelp("Folder of the data set, or its manifest file.", valueName: "data-set"), completion: .file())
    var dataSet: String

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("File to write.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var output: String?

    @Flag(help: "Say what the folder holds, what is missing and what would be used. Decodes nothing.")
    var check = false

    @OptionGroup var parameters: ParameterOptions<DecodeParameters>

    @Flag(help: "Do nothing where the file was made with the same parameters from the same content.")
    var ifChanged = false

    @OptionGroup var part: PartOption
    @OptionGroup var processes: ProcessOptions
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func validate() throws {
        guard check || output?.isEmpty == false else {
            throw ValidationError("Name the file to write with -o, or use --check.")
        }
        do {
            _ = try LoadOptions(parameters.settings, kinds: .decoded)
        } catch let error as ParameterError {
            throw ValidationError(error.text(.option) + ".")
        }
    }

    package var outputs: [String] { output.map { [$0] } ?? [] }

    package func run() throws {
        var target = StageOutput(output ?? "")
        target.isKeptUnchanged = ifChanged
        target.part = part.part
        var stage = try Decode(dataSet: dataSet, settings: parameters.settings, output: target)
        if verbosity.isFirst { stage.note = { Standard.error.note("cap-decode", $0) } }
        stage.processes = processes
        stage.quiet = verbosity.isQuiet
        guard check else {
            let result = try stage.run()
            if let part = result.part {
                return part.summary("cap-decode", seconds: result.seconds).print(quiet: verbosity.isQuiet)
            }
            if verbosity.isFirst { summarize(result) }
            return
        }
        let report = try stage.check()
        Standard.output.write(report.text + "\n")
        guard report.isReady else { throw ExitCode.failure }
    }

    private func summarize(_ result: Decode.Result) {
        for (name, reason) in result.skipped.prefix(3) {
            Standard.error.writeLines("cap-decode: skipped \(name): \(reason)")
        }
        if result.skipped.count > 3 {
            let more = HumanReadable.count(result.skipped.count - 3)
            Standard.error.writeLines("cap-decode: skipped \(more) more, see skipped/ in the file")
        }
        var summary = Summary("cap-decode")
        summary.add("data set", "\(result.dataSet.name) (\(result.dataSet.layout))")
        summary.add("classes", HumanReadable.count(result.dataSet.classes.count))
        summary.add("training", "\(HumanReadable.count(result.trainingImages)) images")
        summary.add("test", "\(HumanReadable.count(result.testImages)) images")
        summary.add("skipped", HumanReadable.count(result.skipped.count))
        if result.damaged > 0 { summary.add("damaged", "\(HumanReadable.count(result.damaged)) kept") }
        let leftOut = result.dataSet.leftOut.map(\.count).reduce(0, +)
        if leftOut > 0 { summary.add("left out", HumanReadable.count(leftOut, "file")) }
        summary.add("pixels", HumanReadable.bytes(result.bytes))
        let decoded = result.trainingImages + result.testImages
        summary.add(
            "time",
            "\(HumanReadable.duration(result.seconds)), "
                + "\(HumanReadable.decimal(Double(decoded) / max(result.seconds, 1e-9))) images/s")
        if let output {
            summary.add("wrote", file: output)
            summary.next(["cap-embed", output, "--checkpoint", "DIR", "-o", "features.h5"])
        }
        summary.print(quiet: verbosity.quiet)
    }
}
