/// The confusion-aware calibrated margin (CAP, Eq. 1–7): how much is added to the logit of each wrong class.
///
///     let margin = try ConfusionAwareMargin(magnitude: 12).margin(
///         confidentCounts: counts, seen: [], prototypes: prototypes, text: text, logitScale: 100)
///
/// Classes that confident predictions neglect get a larger margin, against the classes that resemble them most.
public struct ConfusionAwareMargin: Sendable {
    /// How a class's share of confident predictions becomes the scale of its margin.
    public enum ScaleRule: String, Sendable, CaseIterable {
        /// m · Δ · (1 − r) / (1 + r) (the authors' implementation).
        case ratio
        /// m · Δ · (1 − r) (as the paper is commonly quoted).
        case linear
    }

    /// What becomes of the similarities before they are scaled.
    public enum SimilarityRule: String, Sendable, CaseIterable {
        /// Each row is stretched from [min, max] to [min, 1] (the authors' implementation).
        case rescaled
        /// As they are (the paper).
        case plain
    }

    /// m, the largest margin for a checkpoint whose logit scale is 100.
    public var magnitude: Double
    /// Whether m is multiplied by logit scale / 100, so that it means the same for every checkpoint.
    public var followsLogitScale: Bool
    public var scaleRule: ScaleRule
    public var similarityRule: SimilarityRule

    public init(
        magnitude: Double = 12, followsLogitScale: Bool = true, scaleRule: ScaleRule = .ratio,
        similarityRule: SimilarityRule = .rescaled
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
