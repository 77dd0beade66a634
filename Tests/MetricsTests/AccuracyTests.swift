import Metrics
import Testing

struct AccuracyTests {
    private let truth = [0, 0, 0, 0, 1, 1, 2]
    private let predicted = [0, 0, 1, 2, 1, 2, 0]

    private func confusion() throws -> ConfusionMatrix {
        try ConfusionMatrix(truth: truth, predicted: predicted, classCount: 4)
    }

    @Test func rowsAreTrueClassesAndColumnsPredictions() throws {
        #expect(try confusion().counts == [2, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func accuracyCountsImagesAndPerClassAccuracyCountsWithinClasses() throws {
        #expect(try confusion().accuracy == 3.0 / 7)
        #expect(try confusion().perClassAccuracy == [0.5, 0.5, 0, nil])
    }

    /// scikit-learn 1.5's precision_recall_fscore_support has 0 where there is nothing to divide by.
    @Test func precisionAndF1AreWithinPredictionsAndBoth() throws {
        #expect(try confusion().predictedCounts == [3, 2, 2, 0])
        #expect(try confusion().precisions == [2.0 / 3, 0.5, 0, nil])
        #expect(try confusion().f1Scores == [4.0 / 7, 0.5, 0, nil])
        #expect(try ConfusionMatrix(counts: confusion().counts, classCount: 4) == confusion())
    }

    @Test func groupsAreMicroAveragedAndTheirHarmonicMeanTaken() throws {
        let transfer = try #require(try TransferAccuracy(confusion(), seen: [0, 2], unseen: [1, 3]))
        #expect(transfer.seen == 0.4)
        #expect(transfer.unseen == 0.5)
        #expect(abs(transfer.harmonicMean - 2 * 0.4 * 0.5 / 0.9) < 1e-12)
        #expect(TransferAccuracy(seen: 0, unseen: 0.5).harmonicMean == 0)
        #expect(TransferAccuracy(seen: 0, unseen: 0).harmonicMean == 0)
    }

    @Test func aGroupWithoutImagesHasNoAccuracy() throws {
        #expect(try confusion().accuracy(of: [3]) == nil)
        #expect(try TransferAccuracy(confusion(), seen: [0], unseen: [3]) == nil)
        #expect(try ConfusionMatrix(truth: [], predicted: [], classCount: 3).accuracy == nil)
    }

    @Test func classesThatDoNotExistAreRefused() {
        #expect(throws: MetricsError.self) { try ConfusionMatrix(truth: [0], predicted: [4], classCount: 4) }
        #expect(throws: MetricsError.self) { try ConfusionMatrix(truth: [-1], predicted: [0], classCount: 4) }
        #expect(throws: MetricsError.self) { try ConfusionMatrix(truth: [0, 1], predicted: [0], classCount: 4) }
    }
}

struct CalibrationTests {
    @Test func theErrorIsTheWeightedGapOfTheBins() throws {
        // Two bins of five: (0.8, 1] holds 0.9, 0.9, 1.0 with two right; (0.4, 0.6] holds 0.5 and 0.55, both wrong.
        let calibration = try Calibration(
            confidences: [0.9, 0.9, 1.0, 0.5, 0.55], isRight: [true, false, true, false, false], binCount: 5)
        #expect(calibration.bins.map(\.count) == [0, 0, 2, 0, 3])
        #expect(abs(calibration.bins[4].confidence - 2.8 / 3) < 1e-6)
        #expect(calibration.bins[4].accuracy == 2.0 / 3)
        let expected = (3 * abs(2.0 / 3 - 2.8 / 3) + 2 * 0.525) / 5
        #expect(abs(calibration.expectedCalibrationError - expected) < 1e-6)
    }

    @Test func confidenceThatEqualsAccuracyHasNoError() throws {
        let calibration = try Calibration(
            confidences: Array(repeating: 0.75, count: 400), isRight: (0..<400).map { $0 % 4 != 0 })
        #expect(calibration.bins.count == 15)
        #expect(calibration.expectedCalibrationError < 1e-9)
    }

    @Test func theEndsOfTheScaleAreCounted() throws {
        let calibration = try Calibration(confidences: [0, 1], isRight: [false, true])
        #expect(calibration.bins.first?.count == 1)
        #expect(calibration.bins.last?.count == 1)
        #expect(calibration.expectedCalibrationError == 0)
        #expect(try Calibration(confidences: [], isRight: []).expectedCalibrationError == 0)
    }

    @Test(arguments: [Float.nan, -0.1, 1.5]) func whatIsNoProbabilityIsRefused(confidence: Float) {
        #expect(throws: MetricsError.self) { try Calibration(confidences: [confidence], isRight: [true]) }
    }
}
