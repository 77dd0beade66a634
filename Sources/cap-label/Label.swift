import ArgumentParser
import CAP
import Methods
import Stages
import Terminal
import Vocabulary

@main
struct LabelCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-label",
        abstract: "Pick the pseudolabels that training starts with.",
        discussion: """
            Reads features.h5, mismatch.h5 and descriptions.h5. A mismatched class gets the unlabeled images nearest to \
            its description, every other class those that zero-shot CLIP is surest of. Writes labels.h5: the labeled, \
            the pseudolabeled and the unlabeled images.

            Other methods of adaptation pick otherwise, and cap-finetune then trains as they do. Only those that align \
            concepts (cap, cap-no-margin, cap-shared-adapter) read descriptions.h5.

            Examples:
              cap-label features.h5 mismatch.h5 descriptions.h5 --k 16 -o labels.h5
              cap-label features.h5 mismatch.h5 --method grip --checkpoint clip-vit-base-patch32 -o labels.h5
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("File that cap-embed wrote.", valueName: "features.h5"))
    var features: String

    @Argument(help: ArgumentHelp("File that cap-detect wrote.", valueName: "mismatch.h5"))
    var mismatch: String

    @Argument(help: ArgumentHelp("File that cap-describe wrote.", valueName: "descriptions.h5"))
    var descriptions: String?

    @Option(
        help: ArgumentHelp(
            """
            Method of adaptation: \(Method.all.map(\.name).joined(separator: ", ")).
            """, valueName: "name"))
    var method = Method.cap

    @Option(
        help: ArgumentHelp(
            """
            Pseudolabels per class; where they grow from round to round they follow from the images.
            """, valueName: "count"))
    var k = 16

    @Flag(
        help: """
            Keep an image only in the list where it ranks best; otherwise it may stand in several. For cap.
            """)
    var exclusive = false

    @Option(help: ArgumentHelp("Rounds of pseudolabels (ifpl, grip, cpl: 10).", valueName: "count"))
    var rounds: Int?

    @Option(
        help: """
            Whether k is the same in every round or grows until all images are used (grip, cpl: growing).
            """)
    var schedule: Schedule?

    @Option(
        help: """
            Text of a class for the first pseudolabels of fpl, ifpl and grip: literal is "a photo of a \
            {}banded" as in the authors' code, formatted "a photo of a banded".
            """)
    var firstText = Label.FirstText.literal

    @Option(help: ArgumentHelp("CLIP checkpoint, which the literal first text needs.", valueName: "path"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("Its tokenizer, where none lies beside the weights.", valueName: "path"))
    var tokenizer: String?

    @Option(help: "Activation of a state dict without configuration.")
    var activation: Activation?

    @Option(help: ArgumentHelp("cpl: quantile of the cut within an image.", valueName: "share"))
    var alpha = 0.6

    @Option(
        help: ArgumentHelp(
            """
            cpl: quantile of the cut within a class, or auto*G for 1 - G / classes (0.9; in trzsl auto*2).
            """, valueName: "share"))
    var beta: Label.Beta?

    /// How k goes from round to round.
    enum Schedule: String, CaseIterable, ExpressibleByArgument {
        case fixed, growing
    }

    @OptionGroup var output: OutputOption
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard (1...1_000_000).contains(k) else {
            throw ValidationError("--k must be between 1 and 1000000, not \(k).")
        }
        guard (0...1).contains(alpha) else { throw ValidationError("--alpha is a share between 0 and 1, not \(alpha).") }
        if let rounds, !(1...1000).contains(rounds) {
            throw ValidationError("--rounds must be between 1 and 1000, not \(rounds).")
        }
    }

    func run() throws {
        var stage = Label(features: features, mismatch: mismatch, descriptions: descriptions, output: output.output)
        stage.count = k
        stage.isExclusive = exclusive
        stage.method = method
        stage.rounds = rounds
        stage.grows = schedule.map { $0 == .growing }
        stage.firstText = firstText
        stage.checkpoint = checkpoint.map { CheckpointChoice($0, tokenizer: tokenizer, activation: activation) }
        stage.alpha = alpha
        stage.beta = beta
        let result = try stage.run()

        var summary = Summary("cap-label")
        summary.add("labeled", "\(HumanReadable.count(result.labeled)) images")
        summary.add("unlabeled", "\(HumanReadable.count(result.unlabeled)) images")
        summary.add("pseudolabels", HumanReadable.count(result.pseudolabeled))
        if result.isBelowOne {
            summary.add("k", "1, since the images, divided by rounds and classes, are fewer; --rounds has fewer rounds")
        }
        if !result.described.isEmpty { summary.add("by description", result.described.joined(separator: ", ")) }
        if !result.short.isEmpty { summary.add("fewer than \(result.count)", result.short.joined(separator: ", ")) }
        if let accuracy = result.accuracy { summary.add("of them right", HumanReadable.percent(accuracy)) }
        summary.add("time", HumanReadable.duration(result.seconds))
        summary.add("wrote", output.output)
        summary.next("cap-finetune images.h5 \(features) \(output.output) --checkpoint DIR -o model.h5")
        summary.print(quiet: verbosity.quiet)
    }
}

extension Method: ExpressibleByArgument {
    public init?(argument: String) {
        guard let method = try? Method(named: argument) else { return nil }
        self = method
    }

    public var defaultValueDescription: String { name }
    public static var allValueStrings: [String] { all.map(\.name) }
}

extension Label.FirstText: ExpressibleByArgument {}

extension Label.Beta: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
