import ArgumentParser
import CAP
import Methods
import Stages
import Terminal

@main
struct FinetuneCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-finetune",
        abstract: "Fine-tune CLIP's prompts by the method that the labels were picked for.",
        discussion: """
            Reads images.h5, features.h5 and labels.h5, writes model.h5: prompts, adapters and a row per epoch. CAP \
            learns from three streams with adapters and a confusion-aware margin; the other methods of cap-label \
            --method learn from batches, in one or more rounds of pseudolabels. \
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

    @Option(
        help: """
            Learned context: text (CoOp), visual (VPT), multimodal (UPT), multimodal-joint, maple. By \
            default maple for cap, text for other methods.
            """)
    var modality: Modality?

    @Option(
        help: ArgumentHelp(
            """
            Epochs to train, in methods of rounds those of a round (fpl, ifpl, grip: 150; cpl: 50). \
            (default: \(capDefaults.epochs))
            """, valueName: "epochs"))
    var epochs: Int?

    @Option(help: "cap: iterations of an epoch.")
    var iters = 50

    @Option(
        help: ArgumentHelp(
            """
            Images of each kind (pseudolabeled, unlabeled, labeled) in an iteration; of all in methods of \
            rounds (fpl, ifpl, grip: 16; cpl: 64). (default: \(capDefaults.batch))
            """, valueName: "batch"))
    var batch: Int?

    @Option(
        help: ArgumentHelp(
            """
            Peak learning rate (fpl, ifpl, grip: 0.1, and 0.01 for maple and multimodal; cpl: 0.02). \
            (default: \(capDefaults.learningRate))
            """, valueName: "lr"))
    var lr: Double?

    @Option(help: "cap: confidence above which an unlabeled image counts.")
    var tau = 0.85

    @Option(help: "cap: scale m of the margin, for a logit scale of 100. 0 turns the margin off.")
    var margin = 12.0

    @Flag(help: "cap: take the margin as it is instead of times the checkpoint's logit scale over 100.")
    var absoluteMargin = false

    @Option(
        help: """
            cap: how a class's share of confident predictions scales its margin: ratio is the authors' code, \
            linear the paper.
            """)
    var marginScale = ConfusionAwareMargin.ScaleRule.ratio

    @Option(
        help: """
            cap: similarities between classes: rescaled per row as in the authors' code, plain as in the \
            paper.
            """)
    var marginSimilarity = ConfusionAwareMargin.SimilarityRule.rescaled

    @Option(help: "cap: share of the unlabeled images per class that its pseudolabels may grow to.")
    var growth = 0.8

    @Flag(help: "Say what the time of an iteration is spent on, all but the first taken.")
    var profile = false

    @Flag(inversion: .prefixedNo, help: "cap on a GPU: record an iteration and replay it, which gives the GPU its work in one piece.")
    var recording = true

    @Option(help: "Methods of rounds: loss on pseudolabels (fpl, ifpl, grip: ce; cpl: cc).")
    var loss: PartialLabelLoss?

    @Option(
        help: """
            ifpl, grip in ssl: weight of the labeled images' loss: reference as in the authors' code, or \
            balanced as in fpl.
            """)
    var labelWeight: PromptTuningOptions.LabelWeight?

    @Option(
        help: """
            Where a later round's prompts start from: fresh (cpl), warm, or reference as in the authors' \
            code (ifpl, grip).
            """)
    var restart: PromptTuningOptions.Restart?

    @Option(
        help: ArgumentHelp(
            """
            Methods of rounds: share kept from training for a validation that changes nothing (fpl, ifpl, \
            grip: 0.2; cpl: 0).
            """, valueName: "share"))
    var heldOut: Double?

    @Option(
        help: ArgumentHelp(
            """
            Methods of rounds: epochs over which the learning rate rises (fpl, ifpl, grip: 5; cpl: 2).
            """, valueName: "epochs"))
    var warmup: Int?

    @Option(
        help: ArgumentHelp(
            """
            Methods of rounds: weight decay (fpl, ifpl, grip: 0.1; cpl: 0.05).
            """, valueName: "factor"))
    var weightDecay: Double?

    private static let capDefaults = TrainingOptions()

    @OptionGroup var seed: SeedOption
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        for case (let name, let value?) in [("--epochs", epochs), ("--iters", iters), ("--batch", batch)]
        where !(1...1_000_000).contains(value) {
            throw ValidationError("\(name) must be between 1 and 1000000, not \(value).")
        }
        if let lr, !(lr > 0 && lr.isFinite) { throw ValidationError("--lr must be positive, not \(lr).") }
        if let warmup, !(0...1_000_000).contains(warmup) {
            throw ValidationError("--warmup must be between 0 and 1000000, not \(warmup).")
        }
        if let heldOut, !(0..<1).contains(heldOut) {
            throw ValidationError("--held-out is a share below 1, not \(heldOut).")
        }
        if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
            throw ValidationError("--weight-decay must not be negative.")
        }
        guard (0..<1).contains(tau) else { throw ValidationError("--tau is a probability below 1, not \(tau).") }
        guard margin >= 0, margin.isFinite else { throw ValidationError("--margin must not be negative.") }
        guard growth > 0, growth <= 1 else { throw ValidationError("--growth is a share above 0, at most 1.") }
    }

    func run() throws {
        var stage = Finetune(
            images: images, features: features, labels: labels, checkpoint: CheckpointChoice(checkpoint),
            output: output.output)
        stage.modality = modality
        stage.options.epochs = epochs ?? Self.capDefaults.epochs
        stage.options.iterations = iters
        stage.options.batch = batch ?? Self.capDefaults.batch
        stage.options.learningRate = lr ?? Self.capDefaults.learningRate
        (stage.overrides.epochs, stage.overrides.batch, stage.overrides.learningRate) = (epochs, batch, lr)
        (stage.overrides.warmup, stage.overrides.weightDecay, stage.overrides.heldOut) = (warmup, weightDecay, heldOut)
        (stage.overrides.loss, stage.overrides.labelWeight, stage.overrides.restart) = (loss, labelWeight, restart)
        stage.options.threshold = tau
        stage.options.margin = ConfusionAwareMargin(
            magnitude: margin, followsLogitScale: !absoluteMargin, scaleRule: marginScale,
            similarityRule: marginSimilarity)
        stage.options.growthRatio = growth
        stage.options.seed = UInt64(seed.seed)
        (stage.options.profiles, stage.options.recordsIterations) = (profile, recording)
        stage.compute = Compute(compute)
        stage.quiet = verbosity.quiet
        stage.note = { Standard.error.writeLines("cap-finetune: \($0)") }

        let result = try stage.run()
        var summary = Summary("cap-finetune")
        if let last = result.epochs.last {
            summary.add("method", result.title)
            summary.add("epochs", "\(result.epochs.count)")
            summary.add("trained", "\(HumanReadable.count(result.trainedParameters)) parameters")
            summary.add("pseudolabels", "\(HumanReadable.count(last.pseudolabelCount)) in the last epoch")
            if let accuracy = last.pseudolabelAccuracy {
                summary.add("of which true", HumanReadable.percent(accuracy))
            }
        }
        if result.confidentSamples == 0 {
            summary.add(
                "confident", "none above \(tau) in any epoch: nothing was learned from unlabeled images, without a margin")
        }
        summary.add("time", HumanReadable.duration(result.seconds))
        if profile {
            func add(_ title: String, _ seconds: Double) {
                summary.add(title, String(format: "%8.1f ms an iteration", seconds * 1000))
            }
            for phase in TrainingCost.Phase.allCases where phase != .device { add(phase.rawValue, result.cost.seconds(phase)) }
            add("together", result.cost.secondsOfIteration)
            summary.add("model", HumanReadable.decimal(result.cost.operationsPerSecond / 1e9) + " GFLOP/s")
        }
        if result.peakDeviceBytes > 0 {
            if !profile { summary.add("an iteration", String(format: "%.2f ms", result.cost.secondsOfIteration * 1000)) }
            summary.add("GPU memory", "\(result.peakDeviceBytes >> 20) MiB at most")
        }
        summary.add("wrote", output.output)
        summary.next("cap-eval \(output.output) \(images) \(features) \(labels) \(checkpoint.commandLine) -o eval.h5")
        summary.print(quiet: verbosity.quiet)
    }
}

extension Modality: ExpressibleByArgument {}
extension PartialLabelLoss: ExpressibleByArgument {}
extension PromptTuningOptions.LabelWeight: ExpressibleByArgument {}
extension PromptTuningOptions.Restart: ExpressibleByArgument {}
extension ConfusionAwareMargin.ScaleRule: ExpressibleByArgument {}
extension ConfusionAwareMargin.SimilarityRule: ExpressibleByArgument {}
