import Tensors

/// The clusters of the images that remain, from step to step of `MismatchDetection`.
struct RemainingClusters {
    private let points: ClusterPoints
    /// The images' mean, which K-means does without: all features of CLIP have much in common.
    private let centre: Tensor
    private let kMeans: KMeans
    private let start: MismatchDetection.Start
    private let seed: UInt64
    /// The clusters of the step before, where the next step starts from them.
    private var previous: LloydIteration?

    /// - Parameter images: `[images, dim]`, float32 on the CPU.
    init(of images: Tensor, kMeans: KMeans, start: MismatchDetection.Start, seed: UInt64) throws {
        centre = try images.mean(dim: 0)
        // Only fresh starts choose seeds more than once.
        let isFresh = if case .fresh = start { true } else { false }
        points = try ClusterPoints(images - centre, keepingBytes: isFresh && kMeans.multipliesBytes)
        (self.kMeans, self.start, self.seed) = (kMeans, start, seed)
    }

    /// The clusters of one step.
    struct Found {
        /// Mean of each cluster's images, `[clusters, dim]`.
        let centroids: Tensor
        /// The cluster of each remaining image.
        let labels: [Int]
        /// The number of images in each cluster.
        let sizes: [Int]
        /// Passes of Lloyd's iteration until the centroids settled.
        let iterations: Int
    }

    /// Clusters the images at `remaining` into `count` clusters, or one an image if there are fewer.
    mutating func find(in remaining: [Int], count: Int, step: Int) throws -> Found {
        let (lloyd, iterations) = try settled(remaining, count: min(count, remaining.count), step: step)
        if case .previous = start { previous = lloyd }
        return Found(
            centroids: try lloyd.clusterCentroids() + centre, labels: lloyd.memberClusters, sizes: lloyd.clusterSizes,
            iterations: iterations)
    }

    private func settled(_ remaining: [Int], count: Int, step: Int) throws -> KMeans.Settled {
        if case .given(let centroids) = start {
            return try kMeans.cluster(
                points, members: remaining, from: centroids(step, remaining, count) - centre)
        }
        if let previous, previous.count == count { return try kMeans.settle(previous) }
        var generator = SeededGenerator(seed: seed, stream: UInt64(step))
        return try kMeans.cluster(points, members: remaining, into: count, using: &generator)
    }

    /// Takes out the matched cluster, numbered as it was last found, and the images for which `isRemoved` holds.
    mutating func remove(_ cluster: Int, images isRemoved: [Bool]) throws {
        try previous?.remove(cluster: cluster, members: isRemoved)
    }
}
