import CLIP
import DemoData
import Foundation
import Parallel
import Tensors
import TestSupport
import Testing

@Suite struct CheckpointTrainingTests {
    /// A training of seconds: few images, few steps.
    private func train(steps: Int, seed: UInt32 = 1) throws -> (folder: TemporaryFolder, losses: [Double]) {
        let folder = try TemporaryFolder()
        var training = CheckpointTraining(seed: seed)
        training.steps = steps
        training.batch = 32
        training.imagesPerClass = 2
        let losses = Mutex<[Double]>([])
        try training.run(into: folder.url, threads: 2) { event in
            if case .step(let loss) = event { losses.withLock { $0.append(loss) } }
        }
        return (folder, losses.withLock { $0 })
    }

    @Test func writesACheckpointThatLoadsAndEncodes() throws {
        let (folder, losses) = try train(steps: 2)
        #expect(losses.count == 2)
        let checkpoint = try CLIPCheckpoint(folder.path)
        #expect(abs(try checkpoint.logitScale() - 100) < 0.1)
        let encoder = try checkpoint.textEncoder()
        let texts = try encoder.batch(["a photo of a gingham", "Ünïcode, 3 × 4!"].map(checkpoint.tokens))
        #expect(try encoder.forward(texts).shape == [2, 128])
        let pixels = try Tensor.zeros([1, 48, 48, 3], dtype: .uint8)
        #expect(try checkpoint.visionEncoder().forward(pixels).shape == [1, 128])
        // Words of the captions are single tokens; the begin and the end of the text are the other two.
        #expect(checkpoint.tokens("a photo of a spider web").count == 8)
    }

    @Test func theSameSeedTrainsTheSameCheckpoint() throws {
        let (first, losses) = try train(steps: 3)
        let (second, again) = try train(steps: 3)
        let (_, other) = try train(steps: 3, seed: 2)
        #expect(losses == again)
        #expect(losses != other)
        for name in ["config.json", "model.safetensors", "vocab.json", "merges.txt", "preprocessor_config.json"] {
            let bytes = try Data(contentsOf: first.url.appendingPathComponent(name))
            #expect(try bytes == Data(contentsOf: second.url.appendingPathComponent(name)), "\(name) differs")
        }
    }

    @Test func theLossFalls() throws {
        let (_, losses) = try train(steps: 60)
        let (early, late) = (losses.prefix(10).reduce(0, +), losses.suffix(10).reduce(0, +))
        #expect(late < 0.9 * early)
    }
}
