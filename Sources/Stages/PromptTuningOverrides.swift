import CAP
import Methods

/// The hyperparameters of prompt tuning in rounds that are to differ from the authors'; nil where they are not.
public struct PromptTuningOverrides: Sendable {
    public var epochs: Int?
    public var batch: Int?
    public var learningRate: Double?
    public var warmup: Int?
    public var weightDecay: Double?
    public var heldOut: Double?
    public var loss: PartialLabelLoss?
    public var labelWeight: PromptTuningOptions.LabelWeight?
    public var restart: PromptTuningOptions.Restart?

    public init() {}

    func applied(to options: PromptTuningOptions) -> PromptTuningOptions {
        var options = options
        if let epochs { options.epochs = epochs }
        if let batch { options.batch = batch }
        if let learningRate { options.learningRate = learningRate }
        if let warmup { options.warmup = warmup }
        if let weightDecay { options.weightDecay = weightDecay }
        if let heldOut { options.heldOut = heldOut }
        if let loss { options.loss = loss }
        if let labelWeight { options.labelWeight = labelWeight }
        if let restart { options.restart = restart }
        return options
    }

    /// Refuses what only methods of rounds have.
    func refuse(for method: Method) throws {
        let given = [
            ("warm-up epochs", warmup != nil), ("weight decay", weightDecay != nil), ("held-out share", heldOut != nil),
            ("loss", loss != nil), ("label weight", labelWeight != nil), ("restart", restart != nil),
        ].filter(\.1).map(\.0)
        guard let first = given.first else { return }
        throw CAPError(
            "The method \(method.name) has no choice of \(first); that is for \(Self.methods.joined(separator: ", ")).")
    }

    private static let methods = Method.all.filter { $0.rounds != nil }.map(\.name)
}
