import CLIP
import Tensors

/// A frozen CLIP with learned prompts: what is trained, and, without the adapters, what is used.
public struct PromptedCLIP: Sendable {
    /// The words that begin every class prompt; the first two are learned, the others stay.
    public static let words = "a photo of a"

    public let prompts: MaPLePrompts
    /// The class prompts, with the words that the learned context replaces.
    public let classPrompts: [String]
    /// Width of the features.
    public let dim: Int
    /// s, what cosines are multiplied with.
    public let logitScale: Double
    public let device: Device

    /// The cost of encoding one image or all class prompts, in floating-point operations of the model as it is written
    /// down; gradients with respect to the prompts cost as much again.
    let imageOperations: Double, textOperations: Double

    private let textEncoder: CLIPTextEncoder
    private let visionEncoder: CLIPVisionEncoder
    private let texts: TextBatch

    /// - Parameters:
    ///   - phrases: how each class is called: "banded" becomes "a photo of a banded.".
    ///   - precision: the type that the frozen weights are kept and computed in.
    ///   - seed: of the prompts' initial values.
    public init(
        _ checkpoint: CLIPCheckpoint, phrases: [String], precision: DType, device: Device, seed: UInt64
    ) throws {
        textEncoder = try checkpoint.textEncoder(dtype: precision, device: device)
        visionEncoder = try checkpoint.visionEncoder(dtype: precision, device: device)
        logitScale = try Double(checkpoint.logitScale())
        dim = checkpoint.config.projectionDimension
        self.device = device
        classPrompts = phrases.map { "\(Self.words) \($0)." }
        texts = try textEncoder.batch(classPrompts.map(checkpoint.tokens))

        // Behind the begin-of-text token stand the words that the context starts from.
        let words = checkpoint.tokens(Self.words).dropFirst().prefix(MaPLePrompts.context)
        prompts = try MaPLePrompts(
            words: textEncoder.embeddings(of: Array(words)),
            visionWidth: checkpoint.config.vision.transformer.width,
            layers: min(checkpoint.config.text.transformer.layers, checkpoint.config.vision.transformer.layers),
            device: device, seed: seed)
        imageOperations = checkpoint.config.operationsPerImage(context: MaPLePrompts.context)
        textOperations = Double(phrases.count) * checkpoint.config.operationsPerText(tokens: texts.length)
    }

    /// Height and width of the images it takes.
    public var imageSize: Int { visionEncoder.config.imageSize }

    /// Number of tokens that each text is encoded over: those of the longest class prompt.
    public var textLength: Int { texts.length }

    /// T: the normalised features of the class prompts, `[classes, dim]`, fp32.
    public func textFeatures() throws -> Tensor {
        try textEncoder.forward(texts, prompts: prompts.text()).to(.float32).l2Normalized()
    }

    /// I: the normalised features of images, `[images, dim]`, fp32.
    ///
    /// - Parameter pixels: uint8, `[images, size, size, 3]`.
    public func imageFeatures(_ pixels: Tensor) throws -> Tensor {
        try visionEncoder.forward(pixels.to(device), prompts: prompts.vision()).to(.float32).l2Normalized()
    }

    /// s · I · Tᵀ, `[images, classes]`.
    public func logits(image: Tensor, text: Tensor) throws -> Tensor {
        try image.matmul(text.transposed(0, 1)) * logitScale
    }
}
