import CLIP
import Methods
import Tensors

/// A frozen CLIP with learned prompts: what is trained, and, without the adapters, what is used.
public struct PromptedCLIP: Sendable {
    /// The words that begin a class prompt. In MaPLe's the first two are learned and the others stay.
    private static let words = "a photo of a"

    public let modality: Modality
    public let prompts: any Prompts
    /// The class prompts, with the words that a learned context replaces.
    public let classPrompts: [String]
    /// Width of the features.
    public let dim: Int
    /// s, what cosines are multiplied with.
    public let logitScale: Double
    public let device: Device

    /// The cost of encoding one image or all class prompts, in floating-point operations of the model as it is written
    /// down; gradients with respect to the prompts cost as much again.
    private let imageOperations: Double, textOperations: Double

    private let textEncoder: CLIPTextEncoder
    private let visionEncoder: CLIPVisionEncoder
    /// The processes that train it together.
    public let group: ProcessGroup
    /// The classes whose texts this process encodes.
    let textShare: Range<Int>
    private let texts: TextBatch
    /// The text features, where nothing that is learned changes them.
    private let fixedText: Tensor?

    /// - Parameters:
    ///   - phrases: how each class is called.
    ///   - modality: the context that is learned.
    ///   - depth: blocks that MaPLe's prompts enter; nil for its authors' eight, or as many as there are.
    ///   - precision: the type that the frozen weights are kept and computed in.
    ///   - seed: of the prompts' initial values.
    ///   - group: the processes that train it together, which share the encoding of texts.
    public init(
        _ checkpoint: CLIPCheckpoint, phrases: [String], modality: Modality = .maple, depth: Int? = nil, precision: DType,
        device: Device, seed: UInt64, group: ProcessGroup = .alone
    ) throws {
        textEncoder = try checkpoint.textEncoder(dtype: precision, device: device)
        visionEncoder = try checkpoint.visionEncoder(dtype: precision, device: device)
        logitScale = try Double(checkpoint.logitScale())
        dim = checkpoint.config.projectionDimension
        self.device = device
        self.modality = modality
        self.group = group
        let (text, vision) = (checkpoint.config.text.transformer, checkpoint.config.vision.transformer)
        let (start, end) = Self.words(around: modality)
        classPrompts = phrases.map { start + $0 + end }
        switch modality {
        case .none:
            prompts = NoPrompts()
        case .text:
            prompts = try CoOpPrompts(textWidth: text.width, device: device, seed: seed)
        case .visual:
            prompts = try VPTPrompts(visionWidth: vision.width, device: device, seed: seed)
        case .multimodal, .multimodalJoint:
            prompts = try UPTPrompts(
                textWidth: text.width, visionWidth: vision.width, patchSize: checkpoint.config.vision.patchSize,
                attention: modality == .multimodal ? .pairs : .joint, device: device, seed: seed)
        case .maple:
            // Behind the begin-of-text token stand the words that the context starts from.
            let words = checkpoint.tokens(Self.words).dropFirst().prefix(MaPLePrompts.context)
            prompts = try MaPLePrompts(
                words: textEncoder.embeddings(of: Array(words)), visionWidth: vision.width,
                layers: min(text.layers, vision.layers), depth: depth, device: device, seed: seed)
        }
        let tokens = classPrompts.map(checkpoint.tokens)
        // Texts that nothing learned changes are encoded once, and of less texts than processes some would have none.
        textShare = modality.changesTexts && tokens.count >= group.size ? group.share(of: tokens.count) : 0..<tokens.count
        let all = try textEncoder.batch(tokens)
        texts = textShare.count == tokens.count ? all : try textEncoder.batch(Array(tokens[textShare]))
        imageOperations = checkpoint.config.operationsPerImage(context: modality.visualContext)
        textOperations = Double(phrases.count) * checkpoint.config.operationsPerText(tokens: all.length)
        if modality.changesTexts {
            fixedText = nil
        } else {
            let (encoder, texts) = (textEncoder, texts)
            fixedText = try withoutGradients { try encoder.forward(texts).to(.float32).l2Normalized() }
        }
    }

    /// What stands before and behind a class's phrase in its prompt. Words whose embeddings a learned context replaces and
    /// that mean nothing only hold its places: "X X X X banded".
    private static func words(around modality: Modality) -> (start: String, end: String) {
        switch modality {
        case .none, .visual: ("\(words) ", "")
        case .text: (String(repeating: "X ", count: CoOpPrompts.context), "")
        case .multimodal, .multimodalJoint: (String(repeating: "X ", count: UPTPrompts.context), "")
        case .maple: ("\(words) ", ".")
        }
    }

    /// Height and width of the images it takes.
    public var imageSize: Int { visionEncoder.config.imageSize }

    /// T: the normalised features of the class prompts, `[classes, dim]`, fp32. Asked for by all processes; gradients go into it from
    /// a process that is alone.
    public func textFeatures() throws -> Tensor {
        let own = try ownTextFeatures()
        return textShare.count == classPrompts.count ? own : try group.allGather(rows: own.detached(), of: classPrompts.count)
    }

    /// The rows of T that this process encodes, `[its classes, dim]`.
    func ownTextFeatures() throws -> Tensor {
        if let fixedText { return fixedText }
        return try textEncoder.forward(texts, prompts: prompts.text()).to(.float32).l2Normalized()
    }

    /// I: the normalised features of images, `[images, dim]`, fp32.
    ///
    /// - Parameter pixels: uint8, `[images, size, size, 3]`.
    public func imageFeatures(_ pixels: Tensor) throws -> Tensor {
        guard pixels.shape[0] > 0 else { return try .zeros([0, dim], device: device) }
        return try visionEncoder.forward(pixels.to(device), prompts: prompts.vision()).to(.float32).l2Normalized()
    }

    /// s · I · Tᵀ, `[images, classes]`.
    public func logits(image: Tensor, text: Tensor) throws -> Tensor {
        try ZeroShot.logits(images: image, texts: text, scale: logitScale)
    }

    /// softmax over classes of the logits, `[images, classes]`.
    public func probabilities(image: Tensor, text: Tensor) throws -> Tensor {
        try ZeroShot.probabilities(images: image, texts: text, scale: logitScale)
    }

    /// Floating-point operations of an iteration's encoders: of images alone, or of images that are learned from, with the
    /// texts and the gradients of what changes.
    func operations(images count: Int, learning: Bool) -> Double {
        let images = Double(count) * imageOperations
        guard learning else { return images }
        return images * (modality.changesImages ? 2 : 1) + (modality.changesTexts ? 2 * textOperations : 0)
    }
}
