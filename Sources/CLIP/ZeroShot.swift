import Tensors

/// Classification by the cosines of features, as CLIP does it.
public enum ZeroShot {
    /// s · I · Tᵀ, `[images, classes]`.
    ///
    /// - Parameters:
    ///   - images: I, L2-normalised, `[images, dim]`.
    ///   - texts: T, L2-normalised, `[classes, dim]`.
    ///   - scale: s.
    public static func logits(images: Tensor, texts: Tensor, scale: Double) throws -> Tensor {
        try images.matmul(texts.transposed(0, 1)) * scale
    }

    /// softmax over classes of s · I · Tᵀ, `[images, classes]`.
    public static func probabilities(images: Tensor, texts: Tensor, scale: Double) throws -> Tensor {
        try logits(images: images, texts: texts, scale: scale).softmax(dim: 1)
    }
}
