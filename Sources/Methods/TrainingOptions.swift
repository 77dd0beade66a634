/// The hyperparameters of training; the defaults are the authors'.
public struct TrainingOptions: Sendable {
    public var epochs = 50
    /// Iterations of an epoch.
    public var iterations = 50
    /// Images of each kind (pseudolabeled, unlabeled, labeled) in an iteration.
    public var batch = 32
    /// Peak learning rate, for prompts and adapters alike.
    public var learningRate = 0.01
    /// τ: an unlabeled image counts where its confidence exceeds this.
    public var threshold = 0.85
    /// k: pseudolabels per class that training begins with.
    public var pseudolabelsPerClass = 16
    /// ρ: the share of the unlabeled images per class that a class's pseudolabels may grow to.
    public var growthRatio = 0.8
    public var margin = ConfusionAwareMargin()
    /// Whether images learned from labels and from the model's own confidence go through one adapter.
    public var sharesAdapter = false
    public var seed: UInt64 = 1
    /// Whether a GPU is waited for after each phase of an iteration, so that the phases' times are known.
    public var profiles = false
    /// Whether a GPU records an iteration and replays it.
    public var recordsIterations = true

    public init() {}
}
