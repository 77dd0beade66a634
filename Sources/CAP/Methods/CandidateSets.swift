import Foundation

/// CPL's candidate pseudolabels: for every image the classes that are plausible within the image and within the class
/// (Zhang et al., "Candidate Pseudolabel Learning", ICML 2024, section 3).
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
            ? largest.map(Double.init).reduce(0, +) / Double(largest.count) : Self.quantile(largest, alpha)
        let withinClass = (0..<classCount).map { label in Self.quantile(rows.map { $0[label] }, beta) }
        return rows.map { row in
            let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
            // The shortest prefix whose sum exceeds the cut.
            var plausible: [Int] = []
            var sum = 0.0
            for label in order where sum <= withinImage {
                plausible.append(label)
                sum += Double(row[label])
            }
            let prominent = order.filter { Double(row[$0]) >= withinClass[$0] }
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

    /// The quantile with linear interpolation between the values around it.
    static func quantile(_ values: [Float], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return 0 }
        let place = share * Double(sorted.count - 1)
        let below = min(max(0, Int(place.rounded(.down))), sorted.count - 1)
        guard below + 1 < sorted.count else { return Double(last) }
        let (low, high) = (Double(sorted[below]), Double(sorted[below + 1]))
        return low + (high - low) * (place - Double(below))
    }
}
