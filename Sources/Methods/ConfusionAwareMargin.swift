/// The confusion-aware calibrated margin (CAP, Eq. 1–7): how much is added to the logit of each wrong class.
///
///     let margin = try ConfusionAwareMargin(magnitude: 12).margin(
///         confidentCounts: counts, seen: [], prototypes: prototypes, text: text, logitScale: 100)
///
/// Classes that confident predictions neglect get a larger margin, against the classes that resemble them most.
public struct ConfusionAwareMargin: Sendable {
    /// m, the largest margin for a checkpoint whose logit scale is 100.
    public var magnitude: Double
    /// Whether m is multiplied by logit scale / 100, so that it means the same for every checkpoint.
    public var followsLogitScale: Bool
    public var scaleRule: MarginScaleRule
    public var similarityRule: MarginSimilarityRule

    public init(
        magnitude: Double, followsLogitScale: Bool = true, scaleRule: MarginScaleRule = .ratio,
        similarityRule: MarginSimilarityRule = .rescaled
    ) {
        self.magnitude = magnitude
        self.followsLogitScale = followsLogitScale
        self.scaleRule = scaleRule
        self.similarityRule = similarityRule
    }

    /// m_c of each class, where r = σ / max σ (1 for seen classes) and Δ = max r − min r; nil when no sample passed.
    public func scales(confidentCounts: [Int], seen: [Int], logitScale: Double) -> [Float]? {
        guard let largest = confidentCounts.max(), largest > 0 else { return nil }
        var ratios = confidentCounts.map { Double($0) / Double(largest) }
        for label in seen where ratios.indices.contains(label) { ratios[label] = 1 }
        let difference = (ratios.max() ?? 0) - (ratios.min() ?? 0)
        let magnitude = followsLogitScale ? magnitude * logitScale / 100 : magnitude
        return ratios.map { ratio in
            switch scaleRule {
            case .ratio: Float(magnitude * difference * (1 - ratio) / (1 + ratio))
            case .linear: Float(magnitude * difference * (1 - ratio))
            }
        }
    }
}
