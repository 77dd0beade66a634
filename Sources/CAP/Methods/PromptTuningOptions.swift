import Methods
import Parameters

/// The hyperparameters of prompt tuning in rounds; the defaults are those of the method's authors.
///
///     var options = PromptTuningOptions(.grip, modality: .text)
///     options.epochs = 20             // any parameter of cap-finetune
@dynamicMemberLookup
public struct PromptTuningOptions: Sendable {
    public var settings: Settings<FinetuneParameters>
    public var schedule = PseudolabelSchedule.fixed(16, rounds: 1)

    /// How labeled images take part.
    public enum LabeledImages: Sendable, Equatable {
        /// In the same batches as pseudolabeled ones, weighted (FPL, IFPL, GRIP).
        case mixed
        /// In batches of their own (CPL).
        case apart
    }

    /// Pseudolabels are held out only where k is at least this.
    public static let leastHeldOutCount = 10

    public init(_ settings: Settings<FinetuneParameters>) {
        self.settings = settings
    }

    /// What the authors of `method` used with `modality`.
    public init(_ method: Method, modality: Modality) {
        self.init(Settings(.init(method, modality: modality)))
    }

    public subscript<Value>(dynamicMember key: KeyPath<FinetuneParameters, Key<Value>>) -> Value {
        get { settings[dynamicMember: key] }
        set { settings[dynamicMember: key] = newValue }
    }

    private var matchesCandidates: Bool { settings.context.method.selection == .candidates }

    /// The gradient is scaled to this Euclidean norm where it is longer; nil for no limit.
    public var gradientNorm: Double? { matchesCandidates ? 0.8 : nil }
    /// Whether a last batch that is not full is left out, unless it is the only one.
    public var dropsLastBatch: Bool { matchesCandidates }
    public var labeledImages: LabeledImages { matchesCandidates ? .apart : .mixed }
    /// Whether the method is one of rounds, even where a single one is asked for: IFPL's and GRIP's code weights labels
    /// otherwise than FPL's.
    public var isIterative: Bool { (settings.context.method.rounds?.count ?? 1) > 1 }
    /// Λ: what the loss on pseudolabeled images is multiplied with where labeled ones are apart.
    public var pseudolabelWeight: Double { 1 }
    /// Whether a pseudolabel's confidence is its share in the label of its image; otherwise all candidates count 1.
    /// The reference does so in the first round only, and not in the one round of its "fpl" form.
    public var softLabelsInFirstRound: Bool { matchesCandidates && (schedule.fixed == nil || schedule.rounds > 1) }
}
