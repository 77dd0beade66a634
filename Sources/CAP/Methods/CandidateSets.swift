/// CPL's candidate pseudolabels: for every image the classes that are plausible within the image and within the class
/// (Zhang et al., "Candidate Pseudolabel Learning", ICML 2024, section 3).
///
/// The cuts are computed in float32 as PyTorch computes them for the authors, since a value may lie on the cut itself.
public struct CandidateSets: Sendable {
    /// α: the cut within an image is this quantile of the largest probabilities; 0 for their mean.
    public var alpha: Double
    /// β: the cut within a class is this quantile of its probabilities.
    public var beta: Double

    public init(alpha: Double, beta: Double) {
        self.alpha = alpha
        self.beta = beta
    }

    /// A candidate class of an image.
    public struct Candidate: Sendable, Hashable {
        public let label: Int
        /// Its probability, over all classes.
        public let probability: Float
    }

    /// The candidates of every image in descending order of probability; none where the two cuts share no class.
    ///
    /// - Parameters:
    ///   - probabilities: row-major `[images, classes]`.
    public func sets(_ probabilities: [Float], classCount: Int) throws -> [[Candidate]] {
        guard classCount > 0, probabilities.count % classCount == 0 else {
            throw CAPError("\(probabilities.count) probabilities are not rows of \(classCount) classes.")
        }
        guard (0...1).contains(alpha), (0...1).contains(beta) else {
            throw CAPError("alpha \(alpha) and beta \(beta) must be between 0 and 1.")
        }
        let rows = stride(from: 0, to: probabilities.count, by: classCount).map {
            Array(probabilities[$0..<$0 + classCount])
        }
        guard !rows.isEmpty else { return [] }
        let largest = rows.map { $0.max() ?? 0 }
        let withinImage =
            alpha == 0
            ? Float(largest.map(Double.init).reduce(0, +) / Double(largest.count)) : Self.quantile(largest, alpha)
        let withinClass = (0..<classCount).map { label in Self.quantile(rows.map { $0[label] }, beta) }
        return rows.map { row in
            let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
            // The shortest prefix whose sum exceeds the cut.
            var plausible: [Int] = []
            var sum = 0.0
            for label in order where Float(sum) <= withinImage {
                plausible.append(label)
                sum += Double(row[label])
            }
            let prominent = order.filter { row[$0] >= withinClass[$0] }
            let kept = Set(Self.significant(prominent, row))
            return Self.significant(plausible, row).filter(kept.contains)
                .map { Candidate(label: $0, probability: row[$0]) }
        }
    }

    /// Those of `labels` whose share of their sum is more than 10⁻⁷.
    private static func significant(_ labels: [Int], _ row: [Float]) -> [Int] {
        let sum = labels.reduce(0) { $0 + Double(row[$1]) }
        return labels.filter { Double(row[$0]) > 1e-7 * sum }
    }

    /// The quantile with linear interpolation between the values around it, to the last bit that of `torch.quantile`: its
    /// `lerp` begins at the nearer value and rounds once.
    static func quantile(_ values: [Float], _ share: Double) -> Float {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return 0 }
        let place = Float(share) * Float(last)
        let below = min(Int(place.rounded(.down)), last)
        let (low, high) = (sorted[below], sorted[min(below + 1, last)])
        let weight = place - Float(below)
        return weight < 0.5 ? low.addingProduct(weight, high - low) : high.addingProduct(weight - 1, high - low)
    }
}
