import Artifacts

/// What a model says about the test images.
public struct TestPredictions: Sendable {
    /// Row-major `[test, classes]`.
    public let probabilities: [Float]
    /// The most probable class of each image, the first among equals.
    public let predicted: [Int]
    /// Its probability.
    public let confidences: [Float]

    public init(probabilities: [Float], test: TestImages) throws {
        let classCount = test.classes.count
        guard classCount > 0, probabilities.count == test.images.count * classCount else {
            throw ArtifactError(
                "\(probabilities.count) probabilities do not go with \(test.images.count) images of \(classCount) classes"
            )
        }
        self.probabilities = probabilities
        predicted = test.images.indices.map { row in
            let row = probabilities[row * classCount..<(row + 1) * classCount]
            return (row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) } ?? row.startIndex)
                - row.startIndex
        }
        confidences = predicted.enumerated().map { probabilities[$0 * classCount + $1] }
    }

    /// The class that is most probable besides the one predicted, the first among equals, and its probability; the predicted one
    /// where there is no other.
    public var runnersUp: [(label: Int, confidence: Float)] {
        let classCount = predicted.isEmpty ? 0 : probabilities.count / predicted.count
        return predicted.enumerated().map { position, first in
            let row = probabilities[position * classCount..<(position + 1) * classCount]
            let others = row.indices.filter { $0 - row.startIndex != first }
            guard let next = others.max(by: { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }) else {
                return (first, 0)
            }
            return (next - row.startIndex, row[next])
        }
    }

    /// Whether `label` is among the `count` most probable classes of the image at `position`, the first among equals.
    func isAmong(_ count: Int, _ label: Int, at position: Int) -> Bool {
        let classCount = probabilities.count / predicted.count
        let row = probabilities[position * classCount..<(position + 1) * classCount]
        let own = row[row.startIndex + label]
        let before = row.enumerated().count { $1 > own || ($1 == own && $0 < label) }
        return before < count
    }

    public func write(
        as model: KeyPath<EvaluationSchema, EvaluatedModelKeys>, to writer: ArtifactWriter<EvaluationSchema>
    ) throws {
        try writer.write(predicted, to: model.appending(path: \.predicted))
        try writer.write(confidences, to: model.appending(path: \.confidence))
    }
}
