import Foundation
import Images
import Metrics
import Reporting

/// A run that never was, of any number of classes, for pages of its size: confused neighbours, noisy pictures.
struct MadeUpRun {
    let classCount: Int
    var isLabeled = true
    private static let imagesPerClass = 40
    private static let side = 96

    static func name(_ label: Int) -> String {
        let first = ["striped", "polka dotted", "fish-scaled", "woven", "a rather long description of a surface that is"]
        let second = ["marble", "linen", "oak", "granite", "brick", "paper", "wool", "slate"]
        return "\(first[label % first.count]) \(second[label / first.count % second.count])"
            + (label >= 40 ? " no. \(label / 40 + 1)" : "")
    }

    private struct Dice {
        var state: UInt64
        mutating func roll() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
    }

    /// A picture that compresses about as badly as photographs do.
    private func picture(_ label: Int, _ dice: inout Dice, side: Int) throws -> [UInt8] {
        let frequency = 0.05 + 0.3 * Double(label % 7) / 7
        let hue = Double(label) * 2.4
        var pixels: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                let wave: Double = sin(Double(x) * frequency + hue) * cos(Double(y) * frequency * 1.3)
                for channel in 0..<3 {
                    let tint: Double = 30 * sin(hue + Double(channel) * 2)
                    pixels.append(UInt8(128 + 70 * wave + tint + 24 * (dice.roll() - 0.5)))
                }
            }
        }
        return try RGBImage(height: side, width: side, pixels: pixels).jpeg(quality: 72)
    }

    func record() throws -> RunRecord {
        var dice = Dice(state: 7)
        let names = (0..<classCount).map(Self.name)
        let count = classCount * Self.imagesPerClass
        let truth = (0..<count).map { $0 / Self.imagesPerClass }
        func predicted(_ skill: (Int) -> Double) -> [Int] {
            truth.map { dice.roll() < skill($0) ? $0 : ($0 + 1 + Int(dice.roll() * dice.roll() * 5)) % classCount }
        }
        let before = predicted { 0.35 + 0.6 * Double($0 % 5) / 5 }
        let after = predicted { $0 % 9 == 4 ? 0.3 : 0.7 + 0.25 * Double($0 % 5) / 5 }
        let confidences = (0..<count).map { _ in Float(0.4 + 0.6 * dice.roll()) }
        let paths = truth.enumerated().map { "test/\(names[$1])/\($0 % Self.imagesPerClass).jpg" }
        func performance(_ predicted: [Int]) throws -> RunRecord.Performance {
            let confusion = try ConfusionMatrix(truth: truth, predicted: predicted, classCount: classCount)
            let calibration = try Calibration(confidences: confidences, isRight: truth.indices.map { truth[$0] == predicted[$0] })
            return .init(
                accuracy: confusion.accuracy ?? 0, topFive: 0.97, seen: nil, unseen: nil, harmonicMean: nil,
                calibrationError: calibration.expectedCalibrationError, perClass: confusion.perClassAccuracy,
                confusion: confusion.counts,
                reliability: calibration.bins.map { .init(count: $0.count, confidence: $0.confidence, accuracy: $0.accuracy) })
        }
        // As many pictures as a page may have.
        let perClass = max(2, 576 / classCount)
        let (pseudolabeled, mistakes) = (min(8, perClass - perClass / 3), min(6, perClass / 3))
        let side = Self.side
        func thumbnails(_ label: Int, _ count: Int, _ caption: String) throws -> [RunRecord.Thumbnail] {
            try (0..<count).map {
                try .init(
                    path: caption.isEmpty ? "train/\(names[label])/\($0).jpg" : paths[label * Self.imagesPerClass + $0],
                    jpeg: picture(label, &dice, side: side), height: side, width: side, caption: caption,
                    isRight: caption.isEmpty && isLabeled ? $0 != 1 : nil)
            }
        }
        var epochs: [RunRecord.Epoch] = []
        for epoch in 0..<50 {
            let time = Double(epoch)
            let first: Double = 2.5 * exp(-time / 12) + 0.3 + 0.05 * dice.roll()
            let second: Double = 1.5 * exp(-time / 20) + 0.2 + 0.05 * dice.roll()
            let rate: Double = 0.005 * (1 + cos(time / 50 * Double.pi))
            var confident: [Int] = []
            var scales: [Double] = []
            for _ in 0..<classCount {
                confident.append(Int(dice.roll() * 40))
                scales.append(epoch == 0 ? 0 : 12 * dice.roll())
            }
            epochs.append(
                RunRecord.Epoch(
                    losses: RunRecord.Epoch.Losses(pseudolabeled: first, unlabeled: second, labeled: 0), learningRate: rate,
                    pseudolabelCount: classCount * (16 + epoch / 2), pseudolabelAccuracy: isLabeled ? 0.75 + 0.002 * time : nil,
                    confidentCount: confident.reduce(0, +), confidentPerClass: confident, marginScale: scales))
        }
        let sample = (0..<min(600, count)).map { $0 * count / min(600, count) }
        var positions: [Double] = []
        for position in sample {
            let angle = Double(truth[position]) * 2.399963
            let radius = Double(truth[position] + 1).squareRoot() * 3
            positions += [radius * cos(angle) + 2 * dice.roll(), radius * sin(angle) + 2 * dice.roll()]
        }
        let galleries = try names.indices.map { label in
            try RunRecord.Gallery(
                pseudolabeled: thumbnails(label, pseudolabeled, ""),
                mistakes: isLabeled ? thumbnails(label, mistakes, "\(names[(label + 1) % classCount]), 87 %") : [])
        }
        var record = try RunRecord(
            dataSet: "made up", paradigm: "ul", method: "CAP", classNames: names, labeledCount: 0,
            unlabeledCount: classCount * 100,
            evaluation: isLabeled
                ? .init(
                    imageCount: count, zeroShot: performance(before), adapted: performance(after),
                    supports: names.map { _ in Self.imagesPerClass }) : nil,
            mismatches: [
                .init(
                    label: 1, zeroShotCount: 3, description: "round white dots on a plain ground", alternatives: ["spots"],
                    foundFrequency: 0.625)
            ], epochs: epochs, pseudolabelsPerClass: names.map { _ in 40 },
            featureMap: .init(
                positions: positions, labels: sample.map { isLabeled ? truth[$0] : -1 }, predicted: sample.map { after[$0] },
                test: sample),
            galleries: galleries,
            stages: [
                .init(
                    file: "runs/made-up/ul/model.h5", command: "cap-finetune images.h5 features.h5 labels.h5 -o model.h5",
                    parameters: [("epochs", "50"), ("tau", "0.85")], seconds: 754, peakMemory: 900_000_000)
            ], software: [("CAP", "0.2.0")])
        record.predictions = .init(
            paths: paths, labels: isLabeled ? truth : truth.map { _ in -1 }, zeroShot: before, adapted: after,
            confidences: confidences, nextConfidences: confidences.map { 1 - $0 > $0 ? $0 : 1 - $0 }, runnersUp: before)
        record.leastSure = try thumbnails(0, 24, "marble or linen, 41 %")
        record.nextSteps = [
            .init(
                reason: "In the last epoch 3 of \(classCount) classes had no image predicted with a confidence above 0.85:",
                command: "make made-up-ul TAU=0.7"),
            .init(
                reason: "Predict new images:",
                command: "cap-predict runs/made-up/ul/model.h5 FOLDER-OF-NEW-IMAGES -o predictions.csv"),
        ]
        return record
    }
}
