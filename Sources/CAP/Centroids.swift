import Tensors

/// Centroids of image features, compared with text features by cosine.
enum Centroids {
    /// The centroids at length 1, `[clusters, dim]`; one at the origin, where opposite features cancel, stays there.
    static func normalized(_ centroids: Tensor) throws -> Tensor {
        try centroids / centroids.norm(dim: 1, keepDim: true).clamped(min: 1e-12)
    }
}
