import Artifacts
import Reporting

extension RunRecord.Performance {
    /// What `eval.h5` says of a model.
    public init(_ model: String, in evaluation: ArtifactReader) throws {
        func metric(_ name: String) throws -> Double? {
            let path = "metrics/\(model)/\(name)"
            return evaluation.has(path) ? try evaluation.double(path) : nil
        }
        let counts = try evaluation.ints("calibration/\(model)/count")
        let confidences = try evaluation.floats("calibration/\(model)/confidence")
        let accuracies = try evaluation.floats("calibration/\(model)/accuracy")
        try self.init(
            accuracy: metric("accuracy") ?? .nan, seen: metric("seen"), unseen: metric("unseen"),
            harmonicMean: metric("harmonic_mean"), calibrationError: metric("ece") ?? .nan,
            perClass: evaluation.floats("per_class/\(model)_accuracy").map { $0.isNaN ? nil : Double($0) },
            confusion: evaluation.ints("confusion/\(model)"),
            reliability: counts.indices.map {
                .init(count: counts[$0], confidence: Double(confidences[$0]), accuracy: Double(accuracies[$0]))
            })
    }

    /// What scores of predictions at hand say.
    public init(_ scores: Scores) {
        self.init(
            accuracy: scores.accuracy, seen: scores.transfer?.seen, unseen: scores.transfer?.unseen,
            harmonicMean: scores.transfer?.harmonicMean,
            calibrationError: scores.calibration.expectedCalibrationError,
            perClass: scores.confusion.perClassAccuracy, confusion: scores.confusion.counts,
            reliability: scores.calibration.bins.map {
                .init(count: $0.count, confidence: $0.confidence, accuracy: $0.accuracy)
            })
    }
}
