/// The hyperparameters of prompt tuning in rounds; the defaults are those of FPL's authors for text prompts.
public struct PromptTuningOptions: Sendable {
    /// Where the prompts of a later round start from.
    public enum Restart: String, Sendable, CaseIterable {
        /// From the initial values again, as the papers say.
        case fresh
        /// From where the round before ended.
        case warm
        /// As GRIP's code does: the embeddings of text and multimodal prompts go on, everything else starts again.
        case reference
    }

    /// What the loss on labeled images is multiplied with from IFPL's and GRIP's rounds on, in SSL.
    public enum LabelWeight: String, Sendable, CaseIterable {
        /// |labeled| / |pseudolabeled|, which falls as pseudolabels grow: what the code computes.
        case reference
        /// |pseudolabeled| / |labeled|, as FPL has it, so that the few labels are not outweighed.
        case balanced
    }

    /// How labeled images take part.
    public enum LabeledImages: Sendable, Equatable {
        /// In the same batches as pseudolabeled ones, weighted (FPL, IFPL, GRIP).
        case mixed
        /// In batches of their own (CPL).
        case apart
    }

    /// Epochs of a round.
    public var epochs = 150
    public var batch = 16
    /// Peak learning rate.
    public var learningRate = 0.1
    /// Epochs over which the learning rate rises; the first one has a rate of 0.
    public var warmup = 5
    public var weightDecay = 0.1
    /// The gradient is scaled to this Euclidean norm where it is longer; nil for no limit.
    public var gradientNorm: Double?
    /// Whether a last batch that is not full is left out, unless it is the only one.
    public var dropsLastBatch = false
    /// The share of pseudolabeled and labeled images that is kept from training for a validation that changes nothing.
    public var heldOut = 0.2
    /// Pseudolabels are held out only where k is at least this.
    public static let leastHeldOutCount = 10
    public var loss = PartialLabelLoss.ce
    public var labeledImages = LabeledImages.mixed
    public var labelWeight = LabelWeight.reference
    /// Λ: what the loss on pseudolabeled images is multiplied with where labeled ones are apart.
    public var pseudolabelWeight = 1.0
    public var restart = Restart.fresh
    public var schedule = PseudolabelSchedule.fixed(16, rounds: 1)
    /// Whether a pseudolabel's confidence is its share in the label of its image; otherwise all candidates count 1.
    /// The reference does so in the first of several rounds only.
    public var softLabelsInFirstRound = false
    public var seed: UInt64 = 1

    public init() {}

    /// What the authors of `method` used with `modality`.
    public init(_ method: Method, modality: Modality) {
        guard let rounds = method.rounds else { return }
        restart = rounds.restart
        if method.selection == .candidates {
            (epochs, batch, learningRate, warmup, weightDecay) = (50, 64, 0.02, 2, 0.05)
            (gradientNorm, dropsLastBatch, heldOut) = (0.8, true, 0)
            (loss, labeledImages, softLabelsInFirstRound) = (.cc, .apart, true)
        } else if modality.isMultimodal || modality == .maple {
            learningRate = 0.01
        }
    }
}
