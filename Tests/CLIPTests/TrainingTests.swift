import CLIP
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Training a CLIP")
struct TrainingTests {
    static let config = CLIPConfig(
        text: TextConfig(
            transformer: TransformerConfig(width: 16, layers: 2, heads: 2, feedForwardWidth: 32),
            vocabularySize: 40, contextLength: 8, endOfTextToken: 39),
        vision: VisionConfig(
            transformer: TransformerConfig(width: 24, layers: 2, heads: 2, feedForwardWidth: 48),
            imageSize: 16, patchSize: 8),
        projectionDimension: 12)

    /// The contrastive loss of two images and two texts.
    func loss(_ model: CLIPModel) throws -> Tensor {
        let pixels = try Tensor(
            (0..<1536).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }, shape: [2, 16, 16, 3])
        let images = try model.vision.forward(pixels).l2Normalized()
        let texts = try model.text.forward(model.text.batch([[38, 1, 2, 39], [38, 3, 39]])).l2Normalized()
        let logits = try images.matmul(texts.transposed(0, 1)) * model.logitScale.exp()
        let diagonal = try Tensor(indices: [0, 1])
        return try -logits.logSoftmax(dim: 1).at(rows: diagonal, columns: diagonal).mean()
    }

    @Test func gradientsOfEveryParameterPredictTheLossNearby() throws {
        let model = try CLIPModel(Self.config, seed: 3)
        try model.setTrainable(true)
        try loss(model).backward()
        let step = 1e-3
        for (name, parameter) in model.parameters {
            let gradient = try #require(try parameter.grad, "\(name)")
            let length = try (gradient * gradient).sum().sqrt().item()
            try #require(length > 0, "\(name)")
            // Along its gradient the loss rises by the gradient's length.
            try parameter.addInPlace(gradient, scale: step / length)
            let above = try loss(model).item()
            try parameter.addInPlace(gradient, scale: -2 * step / length)
            let below = try loss(model).item()
            try parameter.addInPlace(gradient, scale: step / length)
            let slope = (above - below) / (2 * step)
            #expect(abs(slope - length) < 0.02 * length + 1e-3, "\(name): slope \(slope), gradient \(length)")
        }
    }

    @Test func aSavedModelIsReadBackWithTheSameFeatures() throws {
        let folder = try TemporaryFolder()
        let model = try CLIPModel(Self.config, seed: 3)
        try model.save(in: folder.url)
        var vocabulary = ["<|startoftext|>": 38, "<|endoftext|>": 39]
        for (number, letter) in "abcdefgh".enumerated() { vocabulary["\(letter)</w>"] = number }
        try JSONEncoder().encode(vocabulary).write(to: folder.url.appendingPathComponent("vocab.json"))
        try Data().write(to: folder.url.appendingPathComponent("merges.txt"))
        let checkpoint = try CLIPCheckpoint(folder.url.path)
        #expect(checkpoint.config == Self.config)
        #expect(try loss(checkpoint.model()).item() == loss(model).item())
    }

    @Test func theSameSeedDrawsTheSameWeights() throws {
        let loss3 = try loss(CLIPModel(Self.config, seed: 3)).item()
        #expect(try loss(CLIPModel(Self.config, seed: 3)).item() == loss3)
        #expect(try loss(CLIPModel(Self.config, seed: 4)).item() != loss3)
    }

    @Test func newWeightsHaveTheDeviationsOfTransformers() throws {
        var config = Self.config
        config.text.vocabularySize = 4000
        let model = try CLIPModel(config, seed: 1)
        let expected: [String: Double] = [
            "text_model.embeddings.token_embedding.weight": 0.02,
            "text_model.encoder.layers.0.self_attn.qkv_proj.weight": 1 / (16.0.squareRoot() * 2),
            "text_model.encoder.layers.0.self_attn.out_proj.weight": 1 / 16.0.squareRoot(),
            "text_model.encoder.layers.0.mlp.fc1.weight": 1 / 32.0.squareRoot(),
            "text_model.encoder.layers.0.mlp.fc2.weight": 1 / (16.0.squareRoot() * 2),
            "vision_model.embeddings.patch_embedding.weight": 0.02,
        ]
        for (name, tensor) in model.parameters {
            guard let deviation = expected[name] else { continue }
            let found = try (tensor * tensor).mean().sqrt().item()
            #expect(abs(found / deviation - 1) < 0.1, "\(name)")
        }
    }
}
