/// How well confidence agrees with accuracy, in equal-width bins of confidence (Guo et al., ICML 2017).
public struct Calibration: Sendable, Hashable {
    /// The images whose confidence lies in (lower, upper]; the first bin holds 0 too.
    public struct Bin: Sendable, Hashable {
        public let lower: Double
        public let upper: Double
        public let count: Int
        /// Mean confidence of the bin's images; 0 in an empty bin.
        public let confidence: Double
        /// Share of the bin's images predicted right; 0 in an empty bin.
        public let accuracy: Double
    }

    public let bins: [Bin]

    /// Sorts predictions into bins.
    ///
    /// - Parameters:
    ///   - confidences: probability of each image's predicted class.
    ///   - isRight: whether each prediction is right, in the same order.
    public init(confidences: [Float], isRight: [Bool], binCount: Int = 15) throws {
        guard confidences.count == isRight.count else {
            throw MetricsError("\(confidences.count) confidences do not go with \(isRight.count) predictions.")
        }
        if let position = confidences.firstIndex(where: { !($0 >= 0 && $0 <= 1.0001) }) {
            throw MetricsError("Confidence \(confidences[position]) of prediction \(position) is not a probability.")
        }
        let binCount = max(1, binCount)
        var counts = [Int](repeating: 0, count: binCount)
        var right = counts
        var sums = [Double](repeating: 0, count: binCount)
        for (confidence, isRight) in zip(confidences, isRight) {
            let position = (Double(confidence) * Double(binCount)).rounded(.up) - 1
            let bin = Int(min(max(position, 0), Double(binCount - 1)))
            counts[bin] += 1
            sums[bin] += Double(confidence)
            right[bin] += isRight ? 1 : 0
        }
        bins = (0..<binCount).map { bin in
            let count = Double(counts[bin])
            return Bin(
                lower: Double(bin) / Double(binCount), upper: Double(bin + 1) / Double(binCount),
                count: counts[bin], confidence: count > 0 ? sums[bin] / count : 0,
                accuracy: count > 0 ? Double(right[bin]) / count : 0)
        }
    }

    /// ECE: the mean over images of their bin's |accuracy − confidence|; 0 without images.
    public var expectedCalibrationError: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.accuracy - $1.confidence) } / Double(total)
    }
}
