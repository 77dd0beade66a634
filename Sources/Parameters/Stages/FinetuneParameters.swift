import Methods
import Vocabulary

/// What cap-finetune takes.
public struct FinetuneParameters: CheckpointParameters, EncoderParameters {
    public static let stage = Stage.finetune
    /// The method is that of labels.h5.
    public static let isCheckedAlone = false

    public let checkpoint = Shared.checkpoint.required()
    public let tokenizer = Shared.tokenizer
    public let activation = Shared.activation
    public let modality = Key<Modality>(
        "modality", by: { $0.method.defaultModality },
        "Learned context: text (CoOp), visual (VPT), multimodal (UPT), multimodal-joint, maple; none for zero-shot.")
    public let depth = Key<Int?>(
        "depth", .positive, unit: "blocks", standardText: "8, or all of a model that has fewer", default: nil,
        "Blocks that prompts of the modality maple enter.")
    public let epochs = Key<Int>(
        "epochs", .from(1, to: 1_000_000), scope: .trained, unit: "count",
        by: { $0.method.selection == .leaderboard || $0.method == .supervised ? 150 : 50 },
        "Epochs to train, in methods of rounds those of a round.")
    public let iterations = Key<Int>(
        "iters", .from(1, to: 1_000_000), scope: .streams, unit: "count", default: 50, "Iterations of an epoch.")
    public let batch = Key<Int>(
        "batch", .from(1, to: 1_000_000), scope: .trained, unit: "count",
        by: {
            switch ($0.method.rounds, $0.method.selection) {
            case (nil, _): 32
            case (_, .candidates): 64
            default: 16
            }
        }, "Images of each kind (pseudolabeled, unlabeled, labeled) in an iteration; of all in methods of rounds.")
    public let learningRate = Key<Double>(
        "lr", .positive, scope: .trained, unit: "rate",
        by: {
            switch ($0.method.rounds, $0.method.selection) {
            case (nil, _): 0.01
            case (_, .candidates): 0.02
            default: $0.modality.isMultimodal || $0.modality == .maple ? 0.01 : 0.1
            }
        }, "Peak learning rate, for prompts and adapters alike.")
    public let threshold = Key<Double>(
        "tau", .below1, scope: .streams, unit: "probability", default: 0.85,
        "Confidence above which an unlabeled image counts.")
    public let margin = Key<Double>(
        "margin", .notNegative, scope: .streams, unit: "logits", default: 12,
        "Scale m of the margin, for a logit scale of 100. 0 turns the margin off.")
    public let absoluteMargin = Key<Bool>(
        "absolute-margin", scope: .streams, default: false,
        "Take the margin as it is instead of times the checkpoint's logit scale over 100.")
    public let marginScale = Key<MarginScaleRule>(
        "margin-scale", scope: .streams, default: .ratio,
        """
        How a class's share of confident predictions scales its margin: ratio is the authors' code, linear the paper.
        """)
    public let marginSimilarity = Key<MarginSimilarityRule>(
        "margin-similarity", scope: .streams, default: .rescaled,
        "Similarities between classes: rescaled per row as in the authors' code, plain as in the paper.")
    public let growthRatio = Key<Double>(
        "growth", .part, scope: .streams, unit: "share", default: 0.8,
        "Share of the unlabeled images per class that its pseudolabels may grow to.")
    public let loss = Key<PartialLabelLoss>(
        "loss", scope: .rounds, by: { $0.method.selection == .candidates ? .cc : .ce }, "Loss on pseudolabels.")
    public let labelWeight = Key<LabelWeight>(
        "label-weight", scope: .weighed, default: .reference,
        "Weight of the labeled images' loss in ssl: reference as in the authors' code, or balanced as in fpl.")
    public let restart = Key<Restart>(
        "restart", scope: .repeated, by: { $0.method.rounds?.restart ?? .fresh },
        "Where a later round's prompts start from: fresh, warm, or reference as in the authors' code.")
    public let heldOut = Key<Double>(
        "held-out", .below1, scope: .rounds, unit: "share",
        by: { $0.method.selection == .candidates ? 0 : 0.2 },
        "Share kept from training for a validation that changes nothing.")
    public let warmup = Key<Int>(
        "warmup", .from(0, to: 1_000_000), scope: .rounds, unit: "epochs",
        by: { $0.method.selection == .candidates ? 2 : 5 }, "Epochs over which the learning rate rises.")
    public let weightDecay = Key<Double>(
        "weight-decay", .notNegative, scope: .trained, unit: "factor",
        by: { $0.method.selection == .candidates ? 0.05 : 0.1 }, "Weight decay of prompts and adapters.")
    public let seed = Key<UInt64>("seed", unit: "number", default: 1, "Seed of training.")
    public let precision = Shared.precision
    public let device = Shared.device
    public let threads = Shared.threads

    public init() {}

    public static func check(_ settings: Settings<Self>) throws {
        do {
            try settings.context.method.check(settings.modality)
        } catch let error as MethodError {
            throw ParameterError(problem: error.description)
        }
        if settings.depth != nil, settings.modality != .maple {
            throw ParameterError(
                FinetuneParameters().depth.parameter, problem: "is for the modality maple, not for \(settings.modality.rawValue)")
        }
    }
}
