import ArgumentParser
import CLIP
import Foundation
import Stages
import Terminal

@main
struct EmbedCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-embed",
        abstract: "Encode images and class names with CLIP.",
        discussion: """
            Reads images.h5 and a CLIP checkpoint, writes features.h5: the features of images and class texts, and \
            the zero-shot probabilities that follow from them. In place of images.h5 there may be features that were \
            computed elsewhere by the same CLIP: .npy or .npz files of one row an image, as clip-retrieval writes them, or a \
            folder of such files. They serve the stages that need no pixels.

            Examples:
              cap-embed images.h5 --checkpoint clip-vit-base-patch32 -o features.h5
              cap-embed img_emb --classes classes.txt --checkpoint clip-vit-base-patch32 -o features.h5
            """,
        version: CAPVersion.current)

    @Argument(help: "Pixels, from cap-decode; or features in .npy or .npz files, or a folder of them.")
    var images: String

    @Option(
        help: ArgumentHelp(
            "Class names of features, one a line, each optionally with a tab and the phrase that prompts use.",
            valueName: "file"),
        completion: .file(), transform: { URL(fileURLWithPath: $0) })
    var classes: URL?

    @Option(
        help: ArgumentHelp("Phrases that prompts use for classes of features: name, tab, phrase a line.", valueName: "file"),
        completion: .file(), transform: { URL(fileURLWithPath: $0) })
    var phrases: URL?

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

    @Option(help: "Images to encode at a time.")
    var batch = 64

    @OptionGroup var compute: ComputeOptions
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard (1...65_536).contains(batch) else {
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
        stage.classes = classes
        stage.phrases = phrases
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
        let encoder = result.operationsPerSecond > 0 ? ", encoder at \(speed) GFLOP/s" : ""
        summary.add("time", "\(HumanReadable.duration(result.seconds)), \(rate) images/s\(encoder)")
        summary.add("wrote", output.output)
        summary.next("cap-detect \(output.output) --paradigm ul -o mismatch.h5")
        summary.print(quiet: verbosity.quiet)
    }
}
