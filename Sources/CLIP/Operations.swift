/// The cost of a forward pass as the model is written down, in floating-point operations, a multiplication and an
/// addition counted as two; what is small beside the matrix products (norms, activations, softmax) is left out.
extension TransformerConfig {
    /// One sequence of `tokens` tokens through all blocks.
    public func operations(tokens: Int) -> Double {
        let (tokens, width) = (Double(tokens), Double(width))
        let projections = 4 * tokens * width * width
        let feedForward = 2 * tokens * width * Double(feedForwardWidth)
        let attention = 2 * tokens * tokens * width
        return Double(layers) * 2 * (projections + feedForward + attention)
    }
}

extension CLIPConfig {
    /// One image to its feature.
    public var operationsPerImage: Double { operationsPerImage(context: 0) }

    /// One image to its feature, with learned tokens behind its patches.
    public func operationsPerImage(context: Int) -> Double {
        let width = Double(vision.transformer.width)
        let patches =
            Double(vision.grid * vision.grid) * Double(3 * vision.patchSize * vision.patchSize) * width
        return vision.transformer.operations(tokens: vision.tokens + context)
            + 2 * (patches + width * Double(projectionDimension))
    }

    /// One text of `tokens` tokens to its feature.
    public func operationsPerText(tokens: Int) -> Double {
        text.transformer.operations(tokens: tokens)
            + 2 * Double(text.transformer.width) * Double(projectionDimension)
    }
}
