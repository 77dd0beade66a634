import DataSets

/// The share of a list that the references keep from training, drawn as they draw it.
enum HoldOut {
    /// Positions that are trained on, in the order drawn: `numpy.random.seed(0)` and a choice of ⌊(1 − share) · count⌋.
    static func kept(of count: Int, share: Double) -> [Int] {
        guard share > 0 else { return Array(0..<count) }
        var random = NumpyLegacyRandom(seed: 0)
        return random.choice(from: count, size: Int((1 - share) * Double(count)))
    }
}
