import Artifacts
import Reporting

extension RunRecord.Performance {
    /// What `eval.h5` says of a model.
    public init(
        _ model: KeyPath<EvaluationSchema, EvaluatedModelKeys>, in evaluation: ArtifactReader<EvaluationSchema>
    ) throws {
        func metric(_ key: KeyPath<EvaluatedModelKeys.Metrics, DatasetKey<Double>>) throws -> Double? {
            try evaluation.valueIfPresent(model.appending(path: \.metrics).appending(path: key))
        }
        let calibration = model.appending(path: \.calibration)
        let counts = try evaluation.ints(calibration.appending(path: \.count))
        let confidences = try evaluation.values(calibration.appending(path: \.confidence))
        let accuracies = try evaluation.values(calibration.appending(path: \.accuracy))
        try self.init(
            accuracy: metric(\.accuracy) ?? .nan, topFive: metric(\.topFive), seen: metric(\.seen), unseen: metric(\.unseen),
            harmonicMean: metric(\.harmonicMean), calibrationError: metric(\.calibrationError) ?? .nan,
            perClass: evaluation.values(model.appending(path: \.perClassAccuracy)).map { $0.isNaN ? nil : Double($0) },
            confusion: evaluation.ints(model.appending(path: \.confusion)),
            reliability: counts.indices.map {
                .init(count: counts[$0], confidence: Double(confidences[$0]), accuracy: Double(accuracies[$0]))
            })
    }

    /// What scores of predictions at hand say.
    public init(_ scores: Scores) {
        self.init(
            accuracy: scores.accuracy, topFive: scores.topFive, seen: scores.transfer?.seen, unseen: scores.transfer?.unseen,
            harmonicMean: scores.transfer?.harmonicMean,
            calibrationError: scores.calibration.expectedCalibrationError,
            perClass: scores.confusion.perClassAccuracy, confusion: scores.confusion.counts,
            reliability: scores.calibration.bins.map {
                .init(count: $0.count, confidence: $0.confidence, accuracy: $0.accuracy)
            })
    }
}
