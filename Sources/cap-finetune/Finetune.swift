import ArgumentParser
import CAP
import Stages
import Terminal

@main
struct FinetuneCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-finetune",
        abstract: "Fine-tune CLIP's prompts on pseudolabels, with adapters and a confusion-aware margin.",
        discussion: """
            Reads images.h5, features.h5 and labels.h5, writes model.h5: prompts, adapters and a row per epoch. \
            After every epoch the state is kept in MODEL.checkpoint; the same command goes on from there after an \
            interruption, to the same result.

            Example:
              cap-finetune images.h5 features.h5 labels.h5 --checkpoint clip-vit-base-patch32 -o model.h5
            """,
        version: CAPVersion.current)

    @Argument(help: "Pixels, from cap-decode.")
    var images: String

    @Argument(help: "Features, from cap-embed.")
    var features: String

    @Argument(help: "Labels and pseudolabels, from cap-label.")
    var labels: String

    @OptionGroup var checkpoint: CheckpointOptions

    @OptionGroup var output: OutputOption

    @Option(help: "Epochs to train.")
    var epochs = 50

    @Option(help: "Iterations of an epoch.")
    var iters = 50

    @Option(help: "Images of each kind (pseudolabeled, unlabeled, labeled) in an iteration.")
    var batch = 32

    @Option(help: "Peak learning rate, reached after the first epoch.")
    var lr = 0.01

    @Option(help: "Confidence above which an unlabeled image counts.")
    var tau = 0.85

    @Option(help: "Scale m of the margin, for a logit scale of 100. 0 turns the margin off.")
    var margin = 12.0

    @Flag(help: "Take the margin as it is instead of times the checkpoint's logit scale over 100.")
    var absoluteMargin = false

    @Option(help: "How a class's share of confident predictions scales its margin: ratio is the authors' code, linear the paper.")
    var marginScale = ConfusionAwareMargin.ScaleRule.ratio

    @Option(help: "Similarities between classes: rescaled per row as in the authors' code, plain as in the paper.")
    var marginSimilarity = ConfusionAwareMargin.SimilarityRule.rescaled

    @Option(help: "Share of the unlabeled images per class that its pseudolabels may grow to.")
    var growth = 0.8

    @Flag(help: "Say what the time of an iteration is spent on.")
    var profile = false

    @OptionGroup var seed: SeedOption
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        for (name, value) in [("--epochs", epochs), ("--iters", iters), ("--batch", batch)]
        where !(1...1_000_000).contains(value) {
            throw ValidationError("\(name) must be between 1 and 1000000, not \(value).")
        }
        guard lr > 0, lr.isFinite else { throw ValidationError("--lr must be positive, not \(lr).") }
        guard (0..<1).contains(tau) else { throw ValidationError("--tau is a probability below 1, not \(tau).") }
        guard margin >= 0, margin.isFinite else { throw ValidationError("--margin must not be negative.") }
        guard growth > 0, growth <= 1 else { throw ValidationError("--growth is a share above 0, at most 1.") }
    }

    func run() throws {
        var stage = Finetune(
            images: images, features: features, labels: labels, checkpoint: CheckpointChoice(checkpoint),
            output: output.output)
        stage.options.epochs = epochs
        stage.options.iterations = iters
        stage.options.batch = batch
        stage.options.learningRate = lr
        stage.options.threshold = tau
        stage.options.margin = ConfusionAwareMargin(
            magnitude: margin, followsLogitScale: !absoluteMargin, scaleRule: marginScale,
            similarityRule: marginSimilarity)
        stage.options.growthRatio = growth
        stage.options.seed = UInt64(seed.seed)
        stage.compute = Compute(compute)
        stage.quiet = verbosity.quiet
        stage.note = { Standard.error.write("cap-finetune: \($0)\n") }

        let result = try stage.run()
        var summary = Summary("cap-finetune")
        if let last = result.epochs.last {
            summary.add("epochs", "\(result.epochs.count) of \(iters) iterations")
            summary.add("trained", "\(HumanReadable.count(result.trainedParameters)) parameters")
            summary.add("pseudolabels", "\(HumanReadable.count(last.pseudolabelCount)) in the last epoch")
            if let accuracy = last.pseudolabelAccuracy {
                summary.add("of which true", HumanReadable.percent(accuracy))
            }
        }
        summary.add("time", HumanReadable.duration(result.seconds))
        if profile {
            let iterations = Double((result.epochs.count - result.resumedFrom) * iters)
            for phase in PhaseTimes.Phase.allCases {
                let seconds = result.phases.seconds(phase) / iterations
                summary.add(phase.rawValue, String(format: "%8.1f ms an iteration", seconds * 1000))
            }
            summary.add("together", String(format: "%8.1f ms an iteration", result.phases.total / iterations * 1000))
            summary.add("model", HumanReadable.decimal(result.operationsPerSecond / 1e9) + " GFLOP/s")
        }
        summary.add("wrote", output.output)
        summary.next("cap-eval \(output.output) \(images) \(features) \(labels) \(checkpoint.commandLine) -o eval.h5")
        summary.print(quiet: verbosity.quiet)
    }
}

extension ConfusionAwareMargin.ScaleRule: ExpressibleByArgument {}
extension ConfusionAwareMargin.SimilarityRule: ExpressibleByArgument {}
