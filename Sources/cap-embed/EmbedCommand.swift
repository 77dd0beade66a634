import ArgumentParser
import Parameters
import Stages
import Terminal

package struct EmbedCommand: Command {
    package static let configuration = CommandConfiguration(
        .embed,
        discussion: """
            Reads images.h5 and a CLIP checkpoint, writes features.h5: the features of images and class texts, and \
            the zero-shot probabilities that follow from them. In place of images.h5 there may be features that were \
            computed elsewhere by the same CLIP: .npy or .npz files of one row an image, as clip-retrieval writes them, or a \
            folder of such files. They serve the stages that need no pixels. Several processes that torchrun, srun or mpirun start \
            with one command line divide the images; what an interrupted run has done is in FEATURES.parts, and the same command goes \
            on from there (docs/scaling.md).

            Examples:
              cap-embed images.h5 --checkpoint clip-vit-base-patch32 -o features.h5
              cap-embed img_emb --classes classes.txt --checkpoint ViT-B-32.pt \\
                -o features.h5
            """)

    @Argument(help: "Pixels, from cap-decode; or features in .npy or .npz files, or a folder of them.", completion: .file())
    var images: String

    @Option(
        help: ArgumentHelp(
            "Class names of features, one a line, each optionally with a tab and the phrase that prompts use.",
            valueName: "file"),
        completion: .file())
    var classes: String?

    @Option(
        help: ArgumentHelp("Phrases that prompts use for classes of features: name, tab, phrase a line.", valueName: "file"),
        completion: .file())
    var phrases: String?

    @OptionGroup var parameters: ParameterOptions<EmbedParameters>
    @OptionGroup var output: OutputOption
    @OptionGroup var part: PartOption
    @OptionGroup var processes: ProcessOptions
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package var outputs: [String] { [output.output] }

    package func run() throws {
        var stage = try Embed(images: images, settings: parameters.settings, output: StageOutput(output))
        stage.output.part = part.part
        stage.classes = classes
        stage.phrases = phrases
        stage.processes = processes
        stage.quiet = verbosity.isQuiet
        if verbosity.isFirst { stage.note = { Standard.error.note("cap-embed", $0) } }

        let result = try stage.run()
        if let part = result.part {
            return part.summary("cap-embed", seconds: result.seconds).print(quiet: verbosity.isQuiet)
        }
        var summary = Summary("cap-embed")
        summary.add(
            "images", "\(HumanReadable.count(result.images)), features of \(result.dimension) numbers")
        summary.add("classes", HumanReadable.count(result.classes))
        summary.add("logit scale", HumanReadable.decimal(Double(result.logitScale)))
        if let accuracy = result.zeroShot.fraction {
            let images = HumanReadable.count(result.zeroShot.total)
            summary.add("zero-shot", "\(HumanReadable.percent(accuracy)) right of \(images) labeled images")
        }
        let rate = HumanReadable.decimal(Double(result.images - result.imagesBefore) / result.seconds)
        let speed = HumanReadable.decimal(result.operationsPerSecond / 1e9)
        let encoder = result.operationsPerSecond > 0 ? ", encoder at \(speed) GFLOP/s" : ""
        summary.add("time", "\(HumanReadable.duration(result.seconds)), \(rate) images/s\(encoder)")
        if result.peakDeviceBytes > 0 { summary.add("GPU memory", "\(result.peakDeviceBytes >> 20) MiB at most") }
        summary.add("wrote", file: output.output)
        summary.next(["cap-detect", output.output, "--paradigm", "ul", "-o", "mismatch.h5"])
        summary.print(quiet: verbosity.isQuiet)
    }
}
