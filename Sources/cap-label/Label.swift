import ArgumentParser
import Parameters
import Stages
import Terminal
import Vocabulary

package struct LabelCommand: Command {
    package static let configuration = CommandConfiguration(
        .label,
        discussion: """
            Reads features.h5, mismatch.h5 and descriptions.h5. A mismatched class gets the unlabeled images nearest to \
            its description, every other class those that zero-shot CLIP is surest of. Writes labels.h5: the labeled, \
            the pseudolabeled and the unlabeled images.

            Other methods of adaptation pick otherwise, and cap-finetune then trains as they do. Only those that align \
            concepts (cap, cap-no-margin, cap-shared-adapter) read descriptions.h5.

            Examples:
              cap-label features.h5 mismatch.h5 descriptions.h5 --k 16 -o labels.h5
              cap-label features.h5 mismatch.h5 --method grip \\
                --checkpoint clip-vit-base-patch32 -o labels.h5
            """)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"), completion: .file(extensions: ["h5"]))
    var features: String

    @Argument(help: ArgumentHelp("File that cap-detect wrote.", valueName: "mismatch.h5"), completion: .file(extensions: ["h5"]))
    var mismatch: String

    @Argument(
        help: ArgumentHelp("File that cap-describe wrote.", valueName: "descriptions.h5"), completion: .file(extensions: ["h5"]))
    var descriptions: String?

    @OptionGroup var parameters: ParameterOptions<LabelParameters>
    @OptionGroup var output: OutputOption
    @OptionGroup var verbosity: VerbosityOptions

    package init() {}

    package var outputs: [String] { [output.output] }

    package func run() throws {
        var stage = Label(
            features: features, mismatch: mismatch, descriptions: descriptions, output: StageOutput(output))
        stage.settings = try parameters.settings
        let result = try stage.run()

        var summary = Summary("cap-label")
        summary.add("labeled", "\(HumanReadable.count(result.labeled)) images")
        summary.add("unlabeled", "\(HumanReadable.count(result.unlabeled)) images")
        summary.add("pseudolabels", HumanReadable.count(result.pseudolabeled))
        if result.isBelowOne {
            summary.add("k", "1, since the images, divided by rounds and classes, are fewer; --rounds has fewer rounds")
        }
        if result.reviewed + result.rejected > 0 {
            summary.add(
                "from a review",
                "\(HumanReadable.count(result.reviewed)) labels, \(HumanReadable.count(result.rejected)) images of no class")
        }
        if !result.described.isEmpty { summary.add("by description", result.described.joined(separator: ", ")) }
        if !result.short.isEmpty { summary.add("fewer than \(result.count)", result.short.joined(separator: ", ")) }
        if let accuracy = result.accuracy { summary.add("of them right", HumanReadable.percent(accuracy)) }
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", file: output.output)
        summary.next(["cap-finetune", "images.h5", features, output.output, "--checkpoint", "DIR", "-o", "model.h5"])
        summary.print(quiet: verbosity.quiet)
    }
}
