import CLIP
import Tensors

/// Learned prompts of both encoders, the image's coupled to the text's by linear projections
/// (MaPLe, Khattak et al., CVPR 2023, with CAP's depth of 8).
///
/// The shallow text context takes the place of the first words of "a photo of a NAME."; deeper ones replace it before
/// the blocks that follow. Each has an image counterpart: its own projection of the same vectors.
public struct MaPLePrompts: Prompts {
    /// Number of context tokens.
    public static let context = 2
    /// Number of blocks that get a context of their own, the first included, where there are as many.
    public static let depth = 8

    /// The depth that prompts of a model were trained with.
    ///
    /// - Parameter deepText: the shape of `deepText`.
    public static func depth(deepText: [Int]) -> Int? { deepText.first.map { $0 + 1 } }

    /// `[context, text width]`.
    public let textContext: Tensor
    /// `[depth − 1, context, text width]`.
    public let deepText: Tensor
    /// `[depth, vision width, text width]` and `[depth, vision width]`; the first projects the shallow context.
    public let projectionWeight: Tensor, projectionBias: Tensor

    /// The text context starts as the words it replaces; deeper ones are drawn from N(0, 0.02²). All deep projections
    /// start from one draw, as in the reference.
    ///
    /// - Parameters:
    ///   - words: embeddings of the words that the text context replaces, `[context, text width]`.
    ///   - layers: blocks of the shallower encoder: there are never more contexts than blocks.
    ///   - depth: blocks that get a context of their own; nil for ``depth``, or as many as there are.
    public init(words: Tensor, visionWidth: Int, layers: Int, depth: Int? = nil, device: Device, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed, stream: RandomStream.prompts)
        if let depth, !(1...max(1, layers)).contains(depth) {
            throw CAPError(
                "Prompts of a depth of \(depth) need encoders of as many blocks; these have \(layers): give a --depth of 1 to \(layers)."
            )
        }
        let depth = depth ?? min(Self.depth, layers)
        guard depth > 0, words.rank == 2 else {
            throw CAPError("prompts need an encoder of at least one block")
        }
        let textWidth = words.shape[1]
        textContext = try words.to(.float32).to(device).asParameter()
        deepText = try .parameter(
            normal: [depth - 1, Self.context, textWidth], deviation: 0.02, device, &generator)
        func linear() throws -> (weight: Tensor, bias: Tensor) {
            try (
                .parameter(uniform: [visionWidth, textWidth], inputs: textWidth, .cpu, &generator),
                .parameter(uniform: [visionWidth], inputs: textWidth, .cpu, &generator)
            )
        }
        let shallow = try linear()
        let deep = try linear()
        let all = [shallow] + [(weight: Tensor, bias: Tensor)](repeating: deep, count: depth - 1)
        projectionWeight = try Tensor.stack(all.map(\.weight)).to(device).asParameter()
        projectionBias = try Tensor.stack(all.map(\.bias)).to(device).asParameter()
    }

    /// What the text encoder gets.
    public func text() throws -> DeepPrompts? {
        try DeepPrompts(shallow: textContext, deep: deepLayers.map { try deepText.select(dim: 0, index: $0) })
    }

    /// What the vision encoder gets: projections of the text's.
    public func vision() throws -> DeepPrompts? {
        func projected(_ context: Tensor, _ layer: Int) throws -> Tensor {
            try context.linear(
                weight: projectionWeight.select(dim: 0, index: layer),
                bias: projectionBias.select(dim: 0, index: layer))
        }
        return try DeepPrompts(
            shallow: projected(textContext, 0),
            deep: deepLayers.map { try projected(deepText.select(dim: 0, index: $0), $0 + 1) })
    }

    private var deepLayers: Range<Int> { 0..<deepText.shape[0] }

    public var parameters: [NamedParameter] {
        [
            NamedParameter("text_context", textContext), NamedParameter("deep_text", deepText),
            NamedParameter("projection_weight", projectionWeight),
            NamedParameter("projection_bias", projectionBias),
        ].map { $0.within(.prompts) }
    }
}
