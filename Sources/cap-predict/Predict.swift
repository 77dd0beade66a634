import ArgumentParser
import Stages
import Terminal
import Vocabulary

package struct PredictCommand: Command {
    package static let configuration = CommandConfiguration(
        .predict,
        discussion: """
            Reads model.h5 and image files (JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC and AVIF, told by \
            their content), and prints for each its path, class, \
            confidence and most probable classes, batch by batch. A file that does not decode is reported and skipped. \
            --sort-into puts the images into a folder for each class besides.

            Examples:
              cap-predict runs/pets/ul/model.h5 ~/new-pictures > predictions.csv
              cap-predict runs/pets/ul/model.h5 ~/new-pictures -o predictions.h5
              cap-predict model.h5 ~/new-pictures -o new.csv --sort-into sorted
              find . -newer last-time | cap-predict model.h5 - --format jsonl
            """)

    @Argument(help: ArgumentHelp("File that cap-finetune wrote.", valueName: "model.h5"), completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(
        help: ArgumentHelp(
            "Image files, and folders that hold some at any depth; - for paths on the standard input, one a line.",
            valueName: "image"),
        completion: .file())
    var inputs: [String] = []

    @Option(
        name: .customLong("list"),
        help: ArgumentHelp("File with the path of an image a line.", valueName: "file"), completion: .file())
    var lists: [String] = []

    @OptionGroup var checkpoint: TrainedCheckpointOptions

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("File to write. (default: standard output)", valueName: "file"), completion: .file())
    var output: String?

    @Option(help: "How predictions are written. (default: as the file's name ends, else csv)")
    var format: PredictionFormat?

    @Option(
        help: ArgumentHelp("Folder to copy the images into, below a folder for each class.", valueName: "folder"),
        completion: .directory)
    var sortInto: String?

    @Flag(help: "Make symbolic links there instead of copies.")
    var link = false

    @Option(help: ArgumentHelp("Classes to name for each image.", valueName: "count"))
    var top = 5

    @Option(help: "Images to encode at a time.")
    var batch = 64

    @Option(help: "How images lie: upright as their EXIF or XMP says, or as-is. (default: as the model's images)")
    var orientation: Orientation?

    @Option(help: "How samples of 16 bits become 8: high-byte or stretch. (default: as the model's images)")
    var gray16: Gray16?

    @Option(help: "What becomes of an image that is damaged: skip or keep. (default: as the model's images)")
    var damaged: Damaged?

    @Option(help: ArgumentHelp("Skip images of more pixels.", valueName: "count"))
    var maxPixels = 178_956_970

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var processes: ProcessOptions
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package func validate() throws {
        guard !inputs.isEmpty || !lists.isEmpty else {
            throw ValidationError("Name images or folders of images, a file of paths with --list, or - for standard input.")
        }
        guard (1...1000).contains(top) else {
            throw ValidationError("--top must be between 1 and 1000, not \(top).")
        }
        guard (1...65_536).contains(batch) else {
            throw ValidationError("--batch must be between 1 and 65536, not \(batch).")
        }
        guard maxPixels > 0 else { throw ValidationError("--max-pixels must be positive, not \(maxPixels).") }
        guard format != .hdf5 || output != nil else {
            throw ValidationError("An HDF5 file cannot go to the standard output: name one with -o.")
        }
        if let output, format == nil, PredictionFormat(fileName: output) == nil {
            throw ValidationError(
                "-o \(output): predictions are written as .csv, .jsonl or .h5; choose one of these names, or a --format.")
        }
        guard sortInto != "" else { throw ValidationError("--sort-into needs a folder.") }
        guard sortInto != nil || !link else { throw ValidationError("--link goes with --sort-into.") }
    }

    package var outputs: [String] { output.map { [$0] } ?? [] }
    package var outputFolders: [String] { sortInto.map { [$0] } ?? [] }

    package func run() throws {
        var stage = Predict(model: model, inputs: inputs)
        stage.lists = lists
        stage.checkpoint = CheckpointChoice(checkpoint)
        stage.output = output
        stage.format = format ?? output.flatMap(PredictionFormat.init(fileName:)) ?? .csv
        stage.top = top
        stage.batch = batch
        stage.orientation = orientation
        stage.gray16 = gray16
        stage.damaged = damaged
        stage.maximumPixels = maxPixels
        stage.compute = Compute(compute)
        stage.skip = { path, reason in Standard.error.writeLines("cap-predict: skipped \(path): \(reason)") }
        stage.sorting = sortInto.map { SortedImages.Choice(folder: $0, links: link) }
        stage.processes = processes
        stage.quiet = verbosity.isQuiet
        if verbosity.isFirst { stage.note = { Standard.error.note("cap-predict", $0) } }
        let result = try stage.run()

        var summary = Summary("cap-predict")
        summary.add("predicted", HumanReadable.count(result.predicted, "image"))
        summary.add("skipped", HumanReadable.count(result.skipped))
        if result.systemFiles > 0 {
            summary.add("left out", HumanReadable.count(result.systemFiles, "file") + " of the system's")
        }
        let rate = HumanReadable.decimal(Double(result.predicted) / max(result.seconds, 1e-9))
        summary.add("time", "\(HumanReadable.duration(result.seconds)), \(rate) images/s")
        if let output { summary.add("wrote", file: output) }
        if let sortInto, let sorted = result.sorted {
            let there = sorted.there > 0 ? ", \(HumanReadable.count(sorted.there)) were there already" : ""
            summary.add(
                link ? "linked" : "copied",
                "\(HumanReadable.count(sorted.placed, "image")) into \(HumanReadable.count(sorted.folders, "folder")) of \(sortInto)\(there)"
            )
        }
        summary.next(["cap-export", model, "-o", "exported"], ", to use the model from Python")
        summary.print(quiet: verbosity.isQuiet)
        guard result.predicted > 0 || result.skipped == 0 else { throw ExitCode.failure }
    }
}

extension PredictionFormat: ExpressibleByArgument {}
extension Orientation: ExpressibleByArgument {}
extension Gray16: ExpressibleByArgument {}
extension Damaged: ExpressibleByArgument {}
