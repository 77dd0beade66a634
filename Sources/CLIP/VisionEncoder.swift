import Tensors

/// CLIP's vision transformer: pixels to features.
///
/// Follows `CLIPVisionModel` of `transformers` (`VisionTransformer` of openai/CLIP).
public struct CLIPVisionEncoder: Sendable {
    public let normalization: PixelNormalization
    /// `[width, 3 · patch · patch]`: the strided convolution as the matrix product it is.
    let patchEmbedding: Tensor
    /// `[width]`.
    let classEmbedding: Tensor
    /// `[1 + patches, width]`.
    let positionEmbedding: Tensor
    /// nil in models without one.
    let preNorm: LayerNorm?
    public let blocks: [TransformerBlock]
    let postNorm: LayerNorm
    /// `[projection dimension, width]`.
    let projection: Tensor
    public let config: VisionConfig

    public init(
        _ weights: Weights, _ config: VisionConfig, normalization: PixelNormalization = .clip
    ) throws {
        let transformer = config.transformer
        self.normalization = normalization
        patchEmbedding = try weights("vision_model.embeddings.patch_embedding.weight")
            .reshaped([transformer.width, -1])
        classEmbedding = try weights("vision_model.embeddings.class_embedding")
        positionEmbedding = try weights("vision_model.embeddings.position_embedding.weight")
        preNorm =
            config.hasPreNorm
            ? try LayerNorm(weights, "vision_model.pre_layrnorm", epsilon: transformer.layerNormEpsilon) : nil
        blocks = try (0..<transformer.layers).map {
            try TransformerBlock(
                weights, "vision_model.encoder.layers.\($0)", transformer,
                isLast: config.pooling == .classToken && $0 == transformer.layers - 1)
        }
        postNorm = try LayerNorm(
            weights, "vision_model.post_layernorm", epsilon: transformer.layerNormEpsilon)
        projection = try weights("visual_projection.weight")
        self.config = config
    }

    /// The features of images, not normalised, in the weights' type: `[images, projection dimension]`.
    ///
    /// - Parameters:
    ///   - pixels: uint8 RGB, `[images, size, size, 3]` with the model's image size.
    ///   - prompts: learned contexts, which stand behind the patches: the shallow one enters before the first
    ///     layer norm, without positions; the deep ones replace the hidden states.
    public func forward(_ pixels: Tensor, prompts: DeepPrompts? = nil) throws -> Tensor {
        try prompts?.check(width: config.transformer.width, layers: blocks.count, encoder: "vision")
        var x = try normed(embed(pixels))
        // The context is the same for all images until a block's output of it is used: until then only the images'
        // own tokens are computed, and the context stands by as what they see besides.
        var context = try prompts.map { try normed($0.shallow.to(x.dtype)) }
        for (index, block) in blocks.dropLast().enumerated() {
            if let deep = prompts?.replacement(before: index) { context = try deep.to(x.dtype) }
            if let flowing = context, prompts?.replacement(before: index + 1) == nil {
                x = try x.appendingTokens(flowing)
                context = nil
            }
            x = try block(x, context: context)
        }
        if let deep = prompts?.replacement(before: blocks.count - 1) { context = try deep.to(x.dtype) }
        guard config.pooling == .classToken else {
            if let last = blocks.last { x = try last(x, context: context) }
            let patches = try x.narrow(dim: 1, start: 1, length: config.tokens - 1)
            let pooled =
                try config.pooling == .normOfMean ? postNorm(patches.mean(dim: 1)) : postNorm(patches).mean(dim: 1)
            return try pooled.linear(weight: projection)
        }
        // The feature is read at the class token, so the last block computes no other.
        let classToken = try x.select(dim: 1, index: 0)
        let last = try blocks.last.map { try $0(only: classToken, in: x, context: context) } ?? classToken
        return try postNorm(last).linear(weight: projection)
    }

    private func normed(_ x: Tensor) throws -> Tensor { try preNorm.map { try $0(x) } ?? x }

    /// The class token and the patches with their positions: `[images, 1 + patches, width]`.
    private func embed(_ pixels: Tensor) throws -> Tensor {
        let (size, patch, grid) = (config.imageSize, config.patchSize, config.grid)
        let shape = pixels.shape
        guard shape.count == 4, shape[1...] == [size, size, 3] else {
            throw CLIPError(
                "Images of the shape \(shape) were given; the model takes [images, \(size), \(size), 3].")
        }
        let images = shape[0]
        EncoderWork.addImagePositions(images * (grid * grid + 1))
        // Pixels beyond the last whole patch are left out, as by the convolution.
        let patches = try normalization(pixels).to(patchEmbedding.dtype)
            .narrow(dim: 1, start: 0, length: grid * patch).narrow(dim: 2, start: 0, length: grid * patch)
            .reshaped([images, grid, patch, grid, patch, 3])
            .permuted([0, 1, 3, 5, 2, 4])
            .reshaped([images, grid * grid, 3 * patch * patch])
            .linear(weight: patchEmbedding)
        let classToken = try classEmbedding.expanded([images, 1, config.transformer.width])
        return try Tensor.concat([classToken, patches], dim: 1) + positionEmbedding
    }
}
