import CAP
import CLIP
import Foundation
import Launch
import Methods
import Tensors
import Testing

/// Training against the same computation in PyTorch (Tests/Tools/make_training_fixture.py): losses, margins,
/// confident counts, pseudolabels and final features of twenty steps in three streams.
@Suite struct FineTuningTests {
    struct Recorded: Decodable {
        struct Step: Decodable {
            let loss_pseudolabeled: Double
            let loss_labeled: Double
            let loss_unlabeled: Double
            let confident: [Int]
            let margin_scale: [Float]
        }
        struct Features: Decodable {
            let text: [Float]
            let image: [Float]
        }
        let steps: [Step]
        let lists: [[Int]]
        let final: Features
    }

    /// The images of the recording: a pattern per class.
    struct Patterns: PixelSource {
        let size = 32
        let threads = 1

        /// An augmented view is mirrored, then shifted around by the step.
        func render(_ view: ImageView, into pixels: UnsafeMutableBufferPointer<UInt8>) {
            switch view {
            case .plain(let image): write(image, pixels) { $0 }
            case .augmented(let image, let step): write(image, pixels) { x in size - 1 - (x - step % 8 + size) % size }
            }
        }

        private func write(_ image: Int, _ pixels: UnsafeMutableBufferPointer<UInt8>, column: (Int) -> Int) {
            let kind = image % 4
            var position = 0
            for y in 0..<size {
                for x in (0..<size).map(column) {
                    for channel in 0..<3 {
                        let pattern = (image * 31 + y * 17 * (kind + 1) + x * 13) % 97
                        pixels[position] = UInt8((kind * 53 + channel * 29 * (kind + 1) + pattern) % 256)
                        position += 1
                    }
                }
            }
        }
    }

    static let epochs = 20

    static let checkpoint = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("CLIPTests/Fixtures/quick_gelu").path

    static func training(
        labeled: Range<Int> = 24..<32, seen: [Int] = [], in group: ProcessGroup = .alone,
        _ change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> FineTuning {
        try Torch.setThreads(1)
        let checkpoint = try CLIPCheckpoint(checkpoint)
        let model = try PromptedCLIP(
            checkpoint, phrases: ["banded", "dotted", "woven", "cracked"], precision: .float32, device: .cpu, seed: 7,
            group: group)
        let pseudolabels = (0..<4).map { label in
            (0..<24).filter { (label < 3 ? $0 : $0 + 1) % 4 == label }.prefix(3)
                .map { Pseudolabel(image: $0, label: label, confidence: 0, origin: .zeroShot) }
        }
        let data = TrainingData(
            classCount: 4, unlabeled: Array(0..<24),
            labeled: labeled.map { LabeledImage(image: $0, label: seen.isEmpty ? $0 % 4 : seen[$0 % seen.count]) },
            pseudolabels: pseudolabels.enumerated().map { seen.contains($0) ? [] : $1 }, seen: seen,
            unseen: seen.isEmpty ? [] : (0..<4).filter { !seen.contains($0) }, nameRanks: Array(0..<40),
            trueLabels: (0..<40).map { $0 % 4 })
        var options = TrainingOptions()
        options.epochs = epochs
        options.iterations = 1
        options.batch = 8
        options.learningRate = 0.02
        options.threshold = 0.6
        options.pseudolabelsPerClass = 3
        options.seed = 7
        change(&options)
        return try FineTuning(model: model, data: data, options: options)
    }

    static func isClose(_ a: Double, _ b: Double, relative: Double) -> Bool {
        abs(a - b) <= relative * max(abs(a), abs(b), 1e-3)
    }

    @Test func twentyStepsFollowPyTorch() throws {
        let recorded: Recorded = try fixture("training")
        var training = try Self.training()
        for (number, step) in recorded.steps.enumerated() {
            let record = try training.runEpoch(on: Patterns())
            #expect(Self.isClose(record.lossPseudolabeled, step.loss_pseudolabeled, relative: 1e-3), "step \(number)")
            #expect(Self.isClose(record.lossLabeled, step.loss_labeled, relative: 1e-3), "step \(number)")
            #expect(Self.isClose(record.lossUnlabeled, step.loss_unlabeled, relative: 1e-3), "step \(number)")
            #expect(record.confidentPerClass == step.confident, "step \(number)")
            #expect(agree(record.marginScale, step.margin_scale, within: 1e-4), "step \(number)")
        }
        #expect(training.isFinished)
        #expect(training.state.pseudolabels.map { $0.map(\.image) } == recorded.lists)
        #expect(agree(try training.model.textFeatures().floats(), recorded.final.text, within: 2e-3))
        #expect(
            agree(try training.model.imageFeatures(Patterns().views([0, 1, 2, 3])).floats(), recorded.final.image, within: 2e-3))
    }

    @Test(.enabled(if: Processor.current.multipliesBFloat16, "this processor has no products of bfloat16"))
    func twentyStepsOfSplitProductsHaveTheLossesOfWholeOnes() throws {
        var (whole, split) = try (Self.training(), Self.training())
        var areOthers = false
        for step in 0..<Self.epochs {
            let expected = try whole.runEpoch(on: Patterns())
            Torch.splitsProducts = true
            defer { Torch.splitsProducts = false }
            let found = try split.runEpoch(on: Patterns())
            for loss in [\EpochRecord.lossPseudolabeled, \.lossLabeled, \.lossUnlabeled] {
                let (found, expected) = (found[keyPath: loss], expected[keyPath: loss])
                #expect(abs(found - expected) < 1e-4 * max(1, expected), "step \(step)")
                if found != expected { areOthers = true }
            }
        }
        #expect(areOthers, "no product was split")
    }

    @Test func trainingPutBackToAnEpochsEndGoesOnToTheSameBytes() throws {
        var whole = try Self.training()
        var halves = try Self.training()
        for _ in 0..<8 { _ = try whole.runEpoch(on: Patterns()) }

        for _ in 0..<3 { _ = try halves.runEpoch(on: Patterns()) }
        var resumed = try Self.training()
        for (new, old) in zip(resumed.optimizer.parameters, halves.optimizer.parameters) {
            try new.value.assign(old.value)
        }
        for (new, old) in zip(resumed.optimizer.momenta, halves.optimizer.momenta) { try new.assign(old) }
        let state = halves.state
        resumed.restore(
            TrainingState(
                epoch: state.epoch, pseudolabels: state.pseudolabels, confidentPerClass: state.confidentPerClass,
                renewals: state.renewals, positions: state.positions, seed: 7, data: resumed.data))
        for _ in 0..<5 { _ = try resumed.runEpoch(on: Patterns()) }

        for (a, b) in zip(whole.optimizer.parameters, resumed.optimizer.parameters) {
            #expect(try a.value.floats() == b.value.floats(), "\(a.name)")
        }
        #expect(whole.state.pseudolabels == resumed.state.pseudolabels)
    }

    @Test func withoutAnyConfidentSampleThereIsNoMargin() throws {
        var training = try Self.training()
        var options = training.options
        options.threshold = 1
        training = try FineTuning(model: training.model, data: training.data, options: options)
        for _ in 0..<2 {
            let record = try training.runEpoch(on: Patterns())
            #expect(record.confidentCount == 0)
            #expect(record.marginScale == [0, 0, 0, 0])
            #expect(record.lossUnlabeled == 0)
        }
    }
}
