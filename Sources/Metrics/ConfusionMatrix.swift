/// How often each class was predicted as each class.
public struct ConfusionMatrix: Sendable, Hashable {
    public let classCount: Int
    /// Images by true class (rows) and predicted class (columns), `[classes, classes]`, row-major.
    public let counts: [Int]

    /// Counts the predictions.
    ///
    /// - Parameters:
    ///   - truth: true class of each image.
    ///   - predicted: predicted class of each image, in the same order.
    public init(truth: [Int], predicted: [Int], classCount: Int) throws {
        guard truth.count == predicted.count else {
            throw MetricsError("\(truth.count) labels cannot be compared with \(predicted.count) predictions.")
        }
        let classes = 0..<max(classCount, 0)
        var counts = [Int](repeating: 0, count: classes.count * classes.count)
        for (image, (truth, predicted)) in zip(truth, predicted).enumerated() {
            guard classes.contains(truth), classes.contains(predicted) else {
                throw MetricsError(
                    "Image \(image) of class \(truth) predicted as \(predicted) cannot be counted: there are "
                        + "\(classCount) classes.")
            }
            counts[truth * classes.count + predicted] += 1
        }
        self.classCount = classes.count
        self.counts = counts
    }

    /// A matrix that was counted before.
    ///
    /// - Parameter counts: `[classes, classes]`, row-major.
    public init(counts: [Int], classCount: Int) {
        precondition(counts.count == classCount * classCount, "a confusion matrix is square")
        self.classCount = classCount
        self.counts = counts
    }

    public subscript(truth: Int, predicted: Int) -> Int {
        counts[truth * classCount + predicted]
    }

    /// Number of images of each class.
    public var supports: [Int] {
        (0..<classCount).map { truth in counts[truth * classCount..<(truth + 1) * classCount].reduce(0, +) }
    }

    /// Share of each class's images predicted right; nil for a class without images.
    public var perClassAccuracy: [Double?] {
        supports.enumerated().map { label, support in
            support > 0 ? Double(self[label, label]) / Double(support) : nil
        }
    }

    /// Number of images predicted as each class.
    public var predictedCounts: [Int] {
        (0..<classCount).map { predicted in (0..<classCount).reduce(0) { $0 + self[$1, predicted] } }
    }

    /// Share of the images predicted as each class that are of it; nil for a class that no image is predicted as.
    public var precisions: [Double?] {
        predictedCounts.enumerated().map { label, count in count > 0 ? Double(self[label, label]) / Double(count) : nil }
    }

    /// The harmonic mean of precision and recall of each class, 2·right / (images + predicted); nil where there is neither an
    /// image of it nor one predicted as it.
    public var f1Scores: [Double?] {
        zip(supports, predictedCounts).enumerated().map { label, counts in
            let sum = counts.0 + counts.1
            return sum > 0 ? 2 * Double(self[label, label]) / Double(sum) : nil
        }
    }

    /// Share of the images of `classes` predicted right, over images, not classes; nil if there are none.
    public func accuracy(of classes: some Sequence<Int>) -> Double? {
        let supports = supports
        var right = 0
        var total = 0
        for label in Set(classes) where supports.indices.contains(label) {
            right += self[label, label]
            total += supports[label]
        }
        return total > 0 ? Double(right) / Double(total) : nil
    }

    /// Share of all images predicted right; nil if there are none.
    public var accuracy: Double? { accuracy(of: 0..<classCount) }
}
