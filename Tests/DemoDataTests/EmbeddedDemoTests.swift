import CLIP
import DemoData
import Foundation
import Images
import Tensors
import Testing
import Views

/// The checkpoint and the answers that stand in the repository under `demo/`.
@Suite struct EmbeddedDemoTests {
    private static let demo = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("demo")

    private static let names = DemoClass.all.map { $0.name.replacingOccurrences(of: "_", with: " ") }

    private func answers() throws -> [String: [String]] {
        try JSONDecoder().decode(
            [String: [String]].self, from: Data(contentsOf: Self.demo.appendingPathComponent("answers.json")))
    }

    private func features(of texts: [String], _ checkpoint: CLIPCheckpoint) throws -> Tensor {
        let encoder = try checkpoint.textEncoder()
        return try encoder.forward(encoder.batch(texts.map(checkpoint.tokens))).l2Normalized()
    }

    private func features(of images: [DemoImage], _ checkpoint: CLIPCheckpoint) throws -> Tensor {
        let view = try EvaluationView(size: checkpoint.config.vision.imageSize)
        let pixels = try images.flatMap { try view.render($0.render()).pixels }
        let size = view.size
        return try checkpoint.visionEncoder()
            .forward(Tensor(pixels, shape: [images.count, size, size, 3])).l2Normalized()
    }

    @Test func zeroShotIsGoodButFarFromPerfect() throws {
        let checkpoint = try CLIPCheckpoint(Self.demo.appendingPathComponent("checkpoint").path)
        let images = DemoDataSet(seed: 1, trainPerClass: 0, testPerClass: 10).images
        let texts = try features(of: Self.names.map { "a photo of a \($0)" }, checkpoint)
        let predictions = try features(of: images, checkpoint).matmul(texts.transposed(0, 1)).argmax(dim: 1).ints()
        let right = zip(predictions, images).filter { DemoClass.all[$0].name == $1.class.name }.count
        let accuracy = Double(right) / Double(images.count)
        #expect((0.45...0.75).contains(accuracy), "\(accuracy)")
        // The two classes that captions never name are hardly ever found.
        for kind in ["cobblestone", "honeycomb"] {
            let number = DemoClass.all.firstIndex { $0.name == kind }
            #expect(predictions.filter { $0 == number }.count <= 5)
        }
    }

    @Test func answersDescribeEveryClassInFiveSentences() throws {
        let answers = try answers()
        #expect(answers.keys.sorted() == DemoClass.all.map(\.name))
        for (kind, sentences) in answers {
            #expect(Set(sentences).count == 5, "\(kind)")
        }
    }

    /// What descriptions are for: they find the classes that names do not.
    @Test(arguments: ["cobblestone", "honeycomb"])
    func answersFindTheClassesThatNamesDoNot(_ kind: String) throws {
        let checkpoint = try CLIPCheckpoint(Self.demo.appendingPathComponent("checkpoint").path)
        let images = DemoDataSet(seed: 1, trainPerClass: 10, testPerClass: 0).images
        let sentence = try #require(try answers()[kind]?.first)
        let similarities = try features(of: [sentence], checkpoint)
            .matmul(features(of: images, checkpoint).transposed(0, 1)).floats()
        let nearest = images.indices.sorted { similarities[$0] > similarities[$1] }.prefix(10)
        #expect(nearest.filter { images[$0].class.name == kind }.count >= 9)
    }
}
