import Artifacts
import Metrics

/// How good predictions are.
public struct Scores: Sendable {
    public let confusion: ConfusionMatrix
    /// Top-1 accuracy.
    public let accuracy: Double
    /// Share of the images whose class is among the five most probable; nil where there are no more classes than that.
    public let topFive: Double?
    /// Accuracy on seen and unseen classes; nil outside zero-shot transfer.
    public let transfer: TransferAccuracy?
    public let calibration: Calibration

    /// The number that the paradigm is judged by: harmonic mean in zero-shot transfer, accuracy elsewhere.
    public var headline: Double { transfer?.harmonicMean ?? accuracy }

    public init(_ predictions: TestPredictions, _ test: TestImages, seen: [Int], unseen: [Int]) throws {
        let positions = test.scoredPositions
        confusion = try ConfusionMatrix(
            truth: positions.map { test.labels[$0] }, predicted: positions.map { predictions.predicted[$0] },
            classCount: test.classes.count)
        accuracy = confusion.accuracy ?? 0
        topFive =
            test.classes.count > 5 && !positions.isEmpty
            ? Double(positions.count { predictions.isAmong(5, test.labels[$0], at: $0) }) / Double(positions.count) : nil
        transfer = TransferAccuracy(confusion, seen: seen, unseen: unseen)
        calibration = try Calibration(
            confidences: positions.map { predictions.confidences[$0] },
            isRight: positions.map { predictions.predicted[$0] == test.labels[$0] })
    }

    public func write(
        as model: KeyPath<EvaluationSchema, EvaluatedModelKeys>, to writer: ArtifactWriter<EvaluationSchema>
    ) throws {
        let classCount = confusion.classCount
        try writer.write(
            confusion.perClassAccuracy.map { Float($0 ?? .nan) }, to: model.appending(path: \.perClassAccuracy))
        try writer.write(
            confusion.counts, shape: [classCount, classCount], to: model.appending(path: \.confusion))
        let (bins, keys) = (calibration.bins, model.appending(path: \.calibration))
        try writer.write(bins.map(\.count), to: keys.appending(path: \.count))
        try writer.write(
            bins.map { $0.count > 0 ? Float($0.confidence) : .nan }, to: keys.appending(path: \.confidence))
        try writer.write(bins.map { $0.count > 0 ? Float($0.accuracy) : .nan }, to: keys.appending(path: \.accuracy))
        let metrics = model.appending(path: \.metrics)
        try writer.write(accuracy, to: metrics.appending(path: \.accuracy))
        if let topFive { try writer.write(topFive, to: metrics.appending(path: \.topFive)) }
        if let transfer {
            try writer.write(transfer.seen, to: metrics.appending(path: \.seen))
            try writer.write(transfer.unseen, to: metrics.appending(path: \.unseen))
            try writer.write(transfer.harmonicMean, to: metrics.appending(path: \.harmonicMean))
        }
        try writer.write(calibration.expectedCalibrationError, to: metrics.appending(path: \.calibrationError))
    }
}
