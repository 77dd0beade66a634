import CLIP
import Tensors

/// Which of a mismatched class's candidate descriptions fits its images best (CAP, Appendix B.3).
public struct DescriptionChoice: Sendable {
    /// A candidate's fit: the cluster of residual images it matches best, and how surely.
    public struct Fit: Sendable, Hashable {
        /// Probability of the cluster given the description, over all clusters.
        public let probability: Float
        public let cluster: Int
    }

    /// Each candidate's fit, `[candidates]`.
    public let fits: [Fit]
    /// Position of the candidate that fits best, the first among equals.
    public let chosen: Int

    /// Chooses among the candidates of one class: the largest entry of softmax over clusters of s · T · centroidsᵀ.
    ///
    /// - Parameters:
    ///   - candidates: L2-normalised text features of the descriptions, `[candidates, dim]`.
    ///   - centroids: K-means centroids of the residual images, `[clusters, dim]`.
    ///   - logitScale: s = exp(logit scale) of the checkpoint.
    public init(candidates: Tensor, centroids: Tensor, logitScale: Double) throws {
        guard candidates.rank == 2, centroids.rank == 2, candidates.shape[1] == centroids.shape[1],
            candidates.shape[0] > 0, centroids.shape[0] > 0
        else {
            throw CAPError(
                "Description features \(candidates.shape) and centroids \(centroids.shape) do not fit together.")
        }
        let (probabilities, clusters) = try ZeroShot.probabilities(
            images: candidates, texts: Centroids.normalized(centroids), scale: logitScale
        ).max(dim: 1)
        let fits = try zip(probabilities.floats(), clusters.ints()).map { Fit(probability: $0, cluster: $1) }
        var chosen = 0
        for candidate in fits.indices where fits[candidate].probability > fits[chosen].probability {
            chosen = candidate
        }
        self.fits = fits
        self.chosen = chosen
    }
}
