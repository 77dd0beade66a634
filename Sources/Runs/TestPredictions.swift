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

    public func write(
        as model: KeyPath<EvaluationSchema, EvaluatedModelKeys>, to writer: ArtifactWriter<EvaluationSchema>
    ) throws {
        try writer.write(predicted, to: model.appending(path: \.predicted))
        try writer.write(confidences, to: model.appending(path: \.confidence))
    }
}
