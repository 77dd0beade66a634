import Tensors

/// K-means: k-means++ seeding and Lloyd's iterations.
///
/// The procedure is scikit-learn's `KMeans(n_clusters, n_init=1, algorithm="lloyd")`: greedy k-means++, convergence
/// when no label changes or when the centroids move by less than `tolerance` times the mean variance, empty clusters
/// moved to the points farthest from their centroids. Given the same initial centroids it reaches the same clusters.
///
/// Distances are ‖x‖² − 2x·c + ‖c‖² in float32: data far from the origin, as features of a model are that have much in
/// common, should be centred first. A pass computes only distances that can have become the smallest since the last
/// one.
public struct KMeans: Sendable {
    /// Most passes of Lloyd's iteration.
    public var maximumIterations: Int
    /// Squared movement of the centroids, relative to the points' mean variance, below which they have settled.
    public var tolerance: Double
    /// Bounds of distances to keep, of two bytes each. With fewer than points × clusters more distances are computed; the
    /// clusters are the same.
    public var maximumBounds: Int
    /// Whether products of bytes come first; the clusters are the same.
    package var multipliesBytes = ByteRows.areFast
    /// The processes that divide the points between them, all of which have all; the clusters are the same, in each of them.
    public var group = ProcessGroup.alone

    public init(maximumIterations: Int = 300, tolerance: Double = 1e-4, maximumBounds: Int = 1 << 27) {
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
        self.maximumBounds = maximumBounds
    }

    /// Points in clusters.
    public struct Clustering: Sendable {
        /// Mean of each cluster's points, `[clusters, dim]`.
        public let centroids: Tensor
        /// The cluster of each point, `[points]`.
        public let labels: [Int]
        /// The number of points in each cluster, `[clusters]`; 0 only where fewer distinct points than clusters
        /// exist.
        public let sizes: [Int]
        /// Sum over the points of the squared distance to their centroid.
        public let inertia: Double
        /// Passes of Lloyd's iteration until the centroids settled.
        public let iterations: Int
    }

    /// Clusters `points` from centroids that k-means++ picks among them.
    ///
    /// - Parameters:
    ///   - points: `[points, dim]`, contiguous float32 on the CPU.
    ///   - clusterCount: number of clusters; at most the number of points.
    public func cluster(
        _ points: Tensor, into clusterCount: Int, using generator: inout SeededGenerator
    ) throws -> Clustering {
        try checkShape(points, clusterCount: clusterCount)
        let points = try ClusterPoints(points)
        return try clustering(
            of: cluster(points, members: Array(0..<points.count), into: clusterCount, using: &generator))
    }

    /// Clusters `points` from the given centroids, `[clusters, dim]`.
    public func cluster(_ points: Tensor, from centroids: Tensor) throws -> Clustering {
        guard centroids.rank == 2, points.rank == 2, centroids.shape[1] == points.shape[1] else {
            throw CAPError("Centroids of shape \(centroids.shape) cannot cluster points of shape \(points.shape).")
        }
        try checkShape(points, clusterCount: centroids.shape[0])
        let points = try ClusterPoints(points)
        return try clustering(of: cluster(points, members: Array(0..<points.count), from: centroids))
    }

    private func clustering(of settled: Settled) throws -> Clustering {
        let lloyd = settled.lloyd
        return Clustering(
            centroids: try lloyd.clusterCentroids(), labels: lloyd.memberClusters, sizes: lloyd.clusterSizes,
            inertia: try lloyd.inertia(), iterations: settled.iterations)
    }

    private func checkShape(_ points: Tensor, clusterCount: Int) throws {
        guard points.rank == 2, points.shape[1] > 0 else {
            throw CAPError("Points to cluster must have the shape [points, dim], not \(points.shape).")
        }
        guard clusterCount > 0, clusterCount <= points.shape[0] else {
            throw CAPError("\(points.shape[0]) points cannot be put into \(clusterCount) clusters.")
        }
    }

    // MARK: - Lloyd's iteration

    /// Clusters that have settled, and the passes that took.
    typealias Settled = (lloyd: LloydIteration, iterations: Int)

    /// Clusters some of `points` from centroids that k-means++ picks among them.
    func cluster(
        _ points: ClusterPoints, members: [Int], into clusterCount: Int, using generator: inout SeededGenerator
    ) throws -> Settled {
        let seeds = try seeds(points, members: members, count: clusterCount, using: &generator)
        return try cluster(points, members: members, from: points.values.rows(seeds))
    }

    /// A function of its own: what seeding holds is gone before the bounds of Lloyd's iteration come.
    private func seeds(
        _ points: ClusterPoints, members: [Int], count: Int, using generator: inout SeededGenerator
    ) throws -> [Int] {
        var seeding = try PlusPlusSeeding(
            of: points, members: members, count: count, multipliesBytes: multipliesBytes, in: group)
        return try seeding.seeds(using: &generator)
    }

    /// Clusters some of `points` from the given centroids.
    func cluster(_ points: ClusterPoints, members: [Int], from centroids: Tensor) throws -> Settled {
        try settle(
            LloydIteration(points: points, members: members, centroids: centroids, mostBounds: maximumBounds, in: group))
    }

    /// Moves centroids and points until they have settled.
    func settle(_ lloyd: LloydIteration) throws -> Settled {
        let settled = tolerance * lloyd.meanVariance()
        var iterations = 0
        while iterations < maximumIterations {
            iterations += 1
            let (movement, filled) = try lloyd.updateCentroids()
            let changes = try lloyd.assign()
            if movement <= settled || LabelChanges.cancel(filled + changes) { break }
        }
        return (lloyd, iterations)
    }
}
