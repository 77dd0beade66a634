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
        points = try ClusterPoints(images - centre)
        (self.kMeans, self.start, self.seed) = (kMeans, start, seed)
    }

    /// Clusters the images at `remaining` into `count` clusters, or one an image if there are fewer.
    mutating func clustering(of remaining: [Int], count: Int, step: Int) throws -> KMeans.Clustering {
        let clusterCount = min(count, remaining.count)
        switch start {
        case .given(let centroids):
            return try kMeans.cluster(
                points, members: remaining, from: centroids(step, remaining, clusterCount) - centre
            ).clustering.moved(by: centre)
        case .previous, .fresh:
            if let previous, previous.remainingCount == clusterCount {
                return try kMeans.settle(previous).moved(by: centre)
            }
            var generator = SeededGenerator(seed: seed, stream: UInt64(step))
            let (lloyd, clustering) = try kMeans.cluster(
                points, members: remaining, into: clusterCount, using: &generator)
            if case .previous = start { previous = lloyd }
            return try clustering.moved(by: centre)
        }
    }

    /// Takes out the matched cluster, numbered as in the last clustering, and the images for which `isRemoved` holds.
    mutating func remove(_ cluster: Int, images isRemoved: [Bool]) throws {
        try previous?.remove(cluster: cluster, members: isRemoved)
    }
}

extension KMeans.Clustering {
    /// The clustering of the same points, each moved by `offset`, `[dim]`.
    fileprivate func moved(by offset: Tensor) throws -> KMeans.Clustering {
        KMeans.Clustering(
            centroids: try centroids + offset, labels: labels, sizes: sizes, inertia: inertia, iterations: iterations)
    }
}
