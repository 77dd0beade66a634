import ArgumentParser
import CLIP
import Stages
import Terminal

@main
struct EmbedCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-embed",
        abstract: "Encode images and class names with CLIP.",
        discussion: """
            Reads images.h5 and a CLIP checkpoint, writes features.h5: the features of images and class texts, and \
            the zero-shot probabilities that follow from them.

            Example:
              cap-embed images.h5 --checkpoint clip-vit-base-patch32 -o features.h5
            """,
        version: CAPVersion.current)

    @Argument(help: "Pixels, from cap-decode.")
    var images: String

    @OptionGroup var checkpoint: CheckpointOptions

    @OptionGroup var output: OutputOption

    @Option(
        name: .customLong("template"),
        help: ArgumentHelp(
            """
            Sentence with {} where a class's phrase goes. Repeat it to average several. \
            (default: \(PromptTemplate.photo))
            """,
            valueName: "text"))
    var templates: [String] = []

    @Option(help: ArgumentHelp("Images to encode at a time. (default: 64, on a GPU 512)", valueName: "batch"))
    var batch: Int?

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        if let batch, !(1...65_536).contains(batch) {
            throw ValidationError("--batch must be between 1 and 65536, not \(batch).")
        }
        do {
            _ = try templates.map(PromptTemplate.init)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        var stage = Embed(images: images, checkpoint: CheckpointChoice(checkpoint), output: output.output)
        if !templates.isEmpty { stage.templates = try templates.map(PromptTemplate.init) }
        stage.batch = batch
        stage.compute = Compute(compute)
        stage.quiet = verbosity.quiet
        stage.note = { Standard.error.writeLines("cap-embed: \($0)") }

        let result = try stage.run()
        var summary = Summary("cap-embed")
        summary.add(
            "images", "\(HumanReadable.count(result.images)), features of \(result.dimension) numbers")
        summary.add("classes", HumanReadable.count(result.classes))
        summary.add("logit scale", HumanReadable.decimal(Double(result.logitScale)))
        if let accuracy = result.zeroShot.fraction {
            let images = HumanReadable.count(result.zeroShot.total)
            summary.add("zero-shot", "\(HumanReadable.percent(accuracy)) right of \(images) labeled images")
        }
        let rate = HumanReadable.decimal(Double(result.images) / result.seconds)
        let speed = HumanReadable.decimal(result.operationsPerSecond / 1e9)
        summary.add(
            "time", "\(HumanReadable.duration(result.seconds)), \(rate) images/s, encoder at \(speed) GFLOP/s"
        )
        if result.peakDeviceBytes > 0 { summary.add("GPU memory", "\(result.peakDeviceBytes >> 20) MiB at most") }
        summary.add("wrote", output.output)
        summary.next("cap-detect \(output.output) --paradigm ul -o mismatch.h5")
        summary.print(quiet: verbosity.quiet)
    }
}
