import CVectors
import Glibc
import Tensors

/// The cosines of classes and clusters, from step to step of `MismatchDetection`, computed of those clusters that changed.
struct ClusterSimilarities {
    /// `[classes, dim]`, float64.
    private let text: Tensor
    private let logitScale: Double
    /// Those of the step before, `[clusters, dim]`, without the matched one.
    private var centroids: [Float] = []
    /// Of each cluster its cosines with all classes.
    private var cosines: [[Double]] = []

    /// - Parameter text: L2-normalised, `[classes, dim]`.
    init(text: Tensor, logitScale: Double) throws {
        self.text = try text.to(.float64)
        self.logitScale = logitScale
    }

    /// Goes on to the next step's centroids, `[clusters, dim]`.
    mutating func update(_ centroids: Tensor) throws {
        let (count, dim) = (centroids.shape[0], centroids.shape[1])
        let (old, new) = (self.centroids, try centroids.floats())
        let changed =
            cosines.count != count
            ? Array(0..<count)
            : (0..<count).filter { !new[$0 * dim..<($0 + 1) * dim].elementsEqual(old[$0 * dim..<($0 + 1) * dim]) }
        self.centroids = new
        if cosines.count != count { cosines = Array(repeating: [], count: count) }
        guard !changed.isEmpty else { return }
        let classCount = text.shape[0]
        let found = try sparingThreads(multiplications: changed.count * classCount * dim) {
            try Centroids.normalized(centroids.rows(changed).to(.float64)).linear(weight: text).doubles()
        }
        for (position, cluster) in changed.enumerated() {
            cosines[cluster] = Array(found[position * classCount..<(position + 1) * classCount])
        }
    }

    /// Takes the matched cluster out.
    mutating func remove(_ cluster: Int) {
        let dim = text.shape[1]
        centroids.removeSubrange(cluster * dim..<(cluster + 1) * dim)
        cosines.remove(at: cluster)
    }

    /// Those of `classes` whose best cluster may be the surest of all, and their cosines with `clusters`, `[classes, clusters]`.
    ///
    /// What a best cluster's probability lacks of 1 is not less than e⁻ᵍ / (1 + e⁻ᵍ), where g is the difference of its logit and the
    /// second best.
    func ofSurest(_ classes: [Int], _ clusters: [Int]) throws -> (classes: [Int], cosines: Tensor) {
        var best = [Double](repeating: -.infinity, count: text.shape[0])
        var second = best
        for cluster in clusters {
            cvectors_two_greatest(cosines[cluster], &best, &second, best.count)
        }
        func apart(_ label: Int) -> Double { best[label] - second[label] }
        var clearest = classes[0]
        for label in classes where apart(label) > apart(clearest) { clearest = label }
        let total = clusters.reduce(0) { $0 + exp(logitScale * (cosines[$1][clearest] - best[clearest])) }
        // Probabilities are compared in float32.
        let most = 1 - 1 / total + 1e-6
        let surest = classes.filter { 1 - 1 / (1 + exp(-logitScale * apart($0))) <= most }
        return (
            surest,
            try Tensor(surest.flatMap { label in clusters.map { cosines[$0][label] } }, shape: [surest.count, clusters.count])
        )
    }
}
