import ArgumentParser
import Stages
import Terminal

@main
struct LabelCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-label",
        abstract: "Pick the pseudolabels that training starts with.",
        discussion: """
            Reads features.h5, mismatch.h5 and descriptions.h5. A mismatched class gets the unlabeled images nearest to \
            its description, every other class those that zero-shot CLIP is surest of. Writes labels.h5: the labeled, \
            the pseudolabeled and the unlabeled images.

            Example:
              cap-label features.h5 mismatch.h5 descriptions.h5 --k 16 -o labels.h5
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"))
    var features: String

    @Argument(help: ArgumentHelp("File that cap-detect wrote.", valueName: "mismatch.h5"))
    var mismatch: String

    @Argument(help: ArgumentHelp("File that cap-describe wrote.", valueName: "descriptions.h5"))
    var descriptions: String

    @Option(help: ArgumentHelp("Pseudolabels per class.", valueName: "count"))
    var k = 16

    @Flag(help: "Keep an image only in the list where it ranks best; otherwise it may stand in several.")
    var exclusive = false

    @OptionGroup var output: OutputOption
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard (1...1_000_000).contains(k) else {
            throw ValidationError("--k must be between 1 and 1000000, not \(k).")
        }
    }

    func run() throws {
        var stage = Label(features: features, mismatch: mismatch, descriptions: descriptions, output: output.output)
        stage.count = k
        stage.isExclusive = exclusive
        let result = try stage.run()

        var summary = Summary("cap-label")
        summary.add("labeled", "\(HumanReadable.count(result.labeled)) images")
        summary.add("unlabeled", "\(HumanReadable.count(result.unlabeled)) images")
        summary.add("pseudolabels", HumanReadable.count(result.pseudolabeled))
        if !result.described.isEmpty { summary.add("by description", result.described.joined(separator: ", ")) }
        if !result.short.isEmpty { summary.add("fewer than \(k)", result.short.joined(separator: ", ")) }
        if let accuracy = result.accuracy { summary.add("of them right", HumanReadable.percent(accuracy)) }
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", output.output)
        summary.next("cap-finetune images.h5 \(features) \(output.output) --checkpoint DIR -o model.h5")
        summary.print(quiet: verbosity.quiet)
    }
}
