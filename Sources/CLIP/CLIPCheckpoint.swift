import FoundationEssentials
import Glibc
import Tensors
import Vocabulary

/// A CLIP checkpoint: a model's sizes, its weights, its tokenizer, and how it wants its pixels.
///
///     let checkpoint = try CLIPCheckpoint("models/clip-vit-base-patch32")
///     let encoder = try checkpoint.textEncoder(dtype: .bfloat16)
///     let texts = try encoder.batch([checkpoint.tokens("a photo of a banded")])
///     let features = try encoder.forward(texts)  // [1, 512]
///
/// Hugging Face's folders, OpenAI's TorchScript archives, and state dicts in the naming of OpenAI and
/// open_clip are read (docs/checkpoints.md). Opening one reads everything but the numbers and checks that the
/// parts belong together; the encoders are read when they are asked for, so that a stage that needs only
/// texts does not load the vision half.
public struct CLIPCheckpoint: Sendable {
    public let path: String
    public let config: CLIPConfig
    public let tokenizer: any Tokenizer
    public let normalization: PixelNormalization
    /// How images are brought to the model's size.
    public let resizing: ImageResizing
    /// What was assumed, or is done in another way than the checkpoint asks for: a sentence each.
    public let remarks: [String]
    private let weightFiles: WeightFiles
    private let tokenizerFiles: [URL]
    private let settingsFiles: [URL]
    private let settings: [String]

    /// Opens a checkpoint.
    ///
    /// - Parameters:
    ///   - path: a folder, or a file of weights.
    ///   - tokenizer: a folder with `vocab.json` and `merges.txt`, a `tokenizer.json`, BERT's `vocab.txt`, or OpenAI's
    ///     `bpe_simple_vocab_16e6.txt.gz`; nil for what lies in the checkpoint's folder.
    ///   - activation: of weights that come without a configuration; nil for OpenAI's.
    public init(_ path: String, tokenizer tokenizerPath: String? = nil, activation: Activation? = nil) throws {
        var parts = try CheckpointParts(path: path, activation: activation)
        let source =
            try tokenizerPath.map { try TokenizerSource(at: URL(fileURLWithPath: $0)) }
            ?? TokenizerSource(beside: parts.directory)
        self.path = path
        tokenizer = try parts.texts.tokenizer(source)
        parts.config.text.padding = tokenizer.padding
        config = parts.config
        guard tokenizer.vocabularySize <= config.text.vocabularySize else {
            throw CLIPError(
                "The tokenizer in \(source.path) has tokens up to \(tokenizer.vocabularySize - 1), but the model in "
                    + "\(path) has a vocabulary of \(config.text.vocabularySize).")
        }
        if config.text.pooling == .endOfText, let end = config.text.endOfTextToken, end != tokenizer.endOfText {
            throw CLIPError(
                "\(path) reads its texts at the token \(end), and the tokenizer in \(source.path) ends them with \(tokenizer.endOfText): they "
                    + "do not belong together.")
        }
        normalization = parts.normalization
        resizing = parts.resizing
        remarks = parts.remarks
        weightFiles = parts.weights
        tokenizerFiles = source.files
        settingsFiles = parts.settingsFiles
        settings = parts.settings
    }

    /// The tokens of `text` with their begin and end, cut to the model's context length.
    public func tokens(_ text: String) -> [Int] {
        tokenizer.tokens(text, contextLength: config.text.contextLength)
    }

    public func textEncoder(dtype: DType = .float32, device: Device = .cpu) throws -> CLIPTextEncoder {
        let weights = try frozen(config.textWeights, config.text.transformer.activation, dtype, device)
        return try CLIPTextEncoder(weights, config.text)
    }

    public func visionEncoder(dtype: DType = .float32, device: Device = .cpu) throws -> CLIPVisionEncoder {
        let weights = try frozen(config.visionWeights, config.vision.transformer.activation, dtype, device)
        return try CLIPVisionEncoder(weights, config.vision, normalization: normalization)
    }

    /// Weights that are only computed with: arranged for speed before they are rounded to `dtype`.
    private func frozen(
        _ shapes: [WeightShape], _ activation: Activation, _ dtype: DType, _ device: Device
    ) throws -> Weights {
        guard activation == .quickGELU else { return try read(shapes, dtype, device).frozen() }
        return try read(shapes, .float32, .cpu).foldingQuickGELU().converted(to: dtype, on: device).frozen()
    }

    /// Weights with their layer scales, where there are any, folded into them before they are rounded.
    private func read(_ shapes: [WeightShape], _ dtype: DType, _ device: Device) throws -> Weights {
        guard config.text.transformer.hasLayerScale || config.vision.transformer.hasLayerScale else {
            return try weightFiles.read(shapes, dtype: dtype, device: device)
        }
        return try weightFiles.read(shapes, dtype: .float32, device: .cpu).foldingLayerScale()
            .converted(to: dtype, on: device)
    }

    /// The vision encoder's weights by name, layer scales folded into them.
    public func visionWeights() throws -> Weights {
        try read(config.visionWeights, .float32, .cpu)
    }

    /// Copies the tokenizer's files into `folder`.
    public func copyTokenizer(to folder: URL) throws {
        for file in tokenizerFiles {
            do {
                try FileManager.default.copyItem(at: file, to: folder.appendingPathComponent(file.lastPathComponent))
            } catch {
                throw CLIPError("\(file.path) cannot be copied to \(folder.path): \(reason(error)).")
            }
        }
    }

    /// Both encoders and the logit scale, as they are trained together.
    public func model(dtype: DType = .float32, device: Device = .cpu) throws -> CLIPModel {
        let weights = try read(config.weights, dtype, device)
        return try CLIPModel(weights, config, normalization: normalization)
    }

    /// What cosines are multiplied with to become logits: exp of the stored logit scale, about 100 in
    /// published CLIPs.
    public func logitScale() throws -> Float {
        let stored = try weightFiles.read([CLIPConfig.logitScale], dtype: .float32, device: .cpu)
        let scale = Float(exp(try stored(CLIPConfig.logitScale.name).item()))
        guard scale.isFinite, scale > 0 else {
            throw CLIPError("The logit scale of \(path) has no finite exponential; the checkpoint is damaged.")
        }
        return scale
    }

    /// 32 hexadecimal digits that name the exact contents: XXH3-128 over the names and bytes of the files
    /// used here.
    public func identity() throws -> String {
        try fileIdentity(weightFiles.urls + tokenizerFiles + settingsFiles, settings: settings)
    }
}
