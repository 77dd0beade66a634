import Methods
import Vocabulary

/// What cap-label takes.
public struct LabelParameters: CheckpointParameters {
    public static let stage = Stage.label

    public let method = Key<Method>("method", unit: "name", default: .cap, "Method of adaptation (docs/methods.md).")
    public let k = Key<Int>(
        "k", .from(1, to: 1_000_000), scope: .picking, unit: "count", default: 16,
        "Pseudolabels per class; where they grow from round to round they follow from the images.")
    public let exclusive = Key<Bool>(
        "exclusive", scope: .streams, default: false,
        "Keep an image only in the list where it ranks best; otherwise it may stand in several.")
    public let rounds = Key<Int>(
        "rounds", .from(1, to: 1000), scope: .repeated, unit: "count", by: { $0.method.rounds?.count ?? 1 },
        "Rounds of pseudolabels.")
    public let schedule = Key<Schedule>(
        "schedule", scope: .repeated, by: { $0.method.rounds?.grows == true ? .growing : .fixed },
        "Whether k is the same in every round or grows until all images are used.")
    public let firstText = Key<FirstText>(
        "first-text", scope: .leaderboard, default: .literal,
        """
        Text of a class for the first pseudolabels: literal is "a photo of a {}banded" as in the authors' code, formatted \
        "a photo of a banded".
        """)
    public let alpha = Key<Double>(
        "alpha", .share, scope: .candidates, unit: "share", default: 0.6, "Quantile of the cut within an image.")
    public let beta = Key<CandidateQuantile?>(
        "beta", scope: .candidates, unit: "share", standardText: "0.9; auto*2 in trzsl", default: nil,
        "Quantile of the cut within a class, or auto*G for 1 - G / classes.")
    public let review = Key<FileName?>(
        "review", role: .input, unit: "file", default: nil,
        "Labels, names and descriptions that a person gave (docs/review.md).")
    public let checkpoint = Shared.checkpoint
    public let tokenizer = Shared.tokenizer
    public let activation = Shared.activation

    public init() {}

    public static func check(_ settings: Settings<Self>) throws {
        let method = settings.context.method
        if settings.isGiven(\.k), Parameter.Scope.repeated.includes(method), settings.schedule == .growing {
            throw ParameterError(
                LabelParameters().k.parameter,
                problem: "has no say where the pseudolabels of \(method.name) grow from round to round: give schedule fixed too")
        }
    }
}
