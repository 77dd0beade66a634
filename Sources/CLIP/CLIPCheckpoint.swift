import Foundation
import Tensors

/// A CLIP checkpoint in Hugging Face's layout: a folder with `config.json`, `model.safetensors` and a
/// tokenizer.
///
///     let checkpoint = try CLIPCheckpoint(directory: "models/clip-vit-base-patch32")
///     let encoder = try checkpoint.textEncoder(dtype: .bfloat16)
///     let texts = try encoder.batch([checkpoint.tokens("a photo of a banded")])
///     let features = try encoder.forward(texts)  // [1, 512]
///
/// Opening one reads everything but the numbers and checks that the parts belong together; the encoders are
/// read when they are asked for, so that a stage that needs only texts does not load the vision half.
public struct CLIPCheckpoint: Sendable {
    public let directory: URL
    public let config: CLIPConfig
    public let tokenizer: CLIPTokenizer
    public let normalization: PixelNormalization
    private let weightFiles: WeightFiles

    public init(directory path: String) throws {
        let directory = URL(fileURLWithPath: path, isDirectory: true)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue
        else {
            throw CLIPError(
                "\(path) is not a folder; a checkpoint is a folder with config.json, model.safetensors, "
                    + "vocab.json and merges.txt.")
        }
        let configFile = directory.appendingPathComponent("config.json")
        self.directory = directory
        config = try CLIPConfig(contentsOf: configFile)
        tokenizer = try CLIPTokenizer(directory: directory)
        guard tokenizer.vocabularySize <= config.text.vocabularySize else {
            throw CLIPError(
                "The tokenizer in \(path) has tokens up to \(tokenizer.vocabularySize - 1), but config.json gives "
                    + "the model a vocabulary of \(config.text.vocabularySize) (text_config.vocab_size).")
        }
        normalization = try PixelNormalization(directory: directory)
        weightFiles = try WeightFiles(directory: directory)
        try weightFiles.check(config.weights, config: configFile.path)
    }

    /// The tokens of `text` with their begin and end, cut to the model's context length.
    public func tokens(_ text: String) -> [Int] {
        tokenizer.tokens(text, contextLength: config.text.contextLength)
    }

    public func textEncoder(dtype: DType = .float32, device: Device = .cpu) throws -> CLIPTextEncoder {
        let weights = try weightFiles.read(config.textWeights, dtype: dtype, device: device)
        return try CLIPTextEncoder(weights, config.text)
    }

    public func visionEncoder(dtype: DType = .float32, device: Device = .cpu) throws -> CLIPVisionEncoder {
        let weights = try weightFiles.read(config.visionWeights, dtype: dtype, device: device)
        return try CLIPVisionEncoder(weights, config.vision, normalization: normalization)
    }

    /// Both encoders and the logit scale, as they are trained together.
    public func model(dtype: DType = .float32, device: Device = .cpu) throws -> CLIPModel {
        let weights = try weightFiles.read(config.weights, dtype: dtype, device: device)
        return try CLIPModel(weights, config, normalization: normalization)
    }

    /// What cosines are multiplied with to become logits: exp of the stored logit scale, about 100 in
    /// published CLIPs.
    public func logitScale() throws -> Float {
        let stored = try weightFiles.read([CLIPConfig.logitScale], dtype: .float32, device: .cpu)
        let scale = Float(exp(try stored(CLIPConfig.logitScale.name).item()))
        guard scale.isFinite, scale > 0 else {
            throw CLIPError(
                "The logit scale of \(directory.path) has no finite exponential; the checkpoint is damaged.")
        }
        return scale
    }

    /// 32 hexadecimal digits that name the exact contents: XXH3-128 over the names and bytes of the files
    /// used here.
    public func identity() throws -> String {
        try fileIdentity(
            weightFiles.urls + CLIPTokenizer.files(in: directory)
                + [PixelNormalization.file(in: directory)].compactMap { $0 }
                + [directory.appendingPathComponent("config.json")])
    }
}
