import Foundation
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
    /// Bounds of distances to keep, of four bytes each. With fewer than points × clusters more distances are computed; the
    /// clusters are the same.
    public var maximumBounds: Int

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

    // MARK: - Seeding

    /// Positions of points picked by greedy k-means++ (Arthur and Vassilvitskii, 2007): each next seed is the
    /// best of 2 + ⌊ln k⌋ points drawn with probability proportional to their squared distance from the seeds so
    /// far.
    private func plusPlusSeeds(
        _ points: Tensor, squaredNorms: [Float], count: Int, using generator: inout SeededGenerator
    ) throws -> [Int] {
        let pointCount = squaredNorms.count
        let trials = 2 + Int(log(Double(count)))
        var seeds = [generator.index(below: pointCount)]
        var nearest = [Float](repeating: .infinity, count: pointCount)
        try points.candidates(seeds, squaredNorms: squaredNorms).merge(0, into: &nearest)
        while seeds.count < count {
            let cumulative = cumulativeSums(nearest)
            let total = cumulative.last ?? 0
            let drawn = (0..<trials).map { _ in
                firstIndex(in: cumulative, above: generator.uniform() * total)
            }
            let candidates = try points.candidates(drawn, squaredNorms: squaredNorms)
            var best = (trial: 0, total: Double.infinity)
            for trial in drawn.indices {
                let total = candidates.total(trial, nearest)
                if total < best.total { best = (trial, total) }
            }
            candidates.merge(best.trial, into: &nearest)
            seeds.append(drawn[best.trial])
        }
        return seeds
    }

    private func cumulativeSums(_ values: [Float]) -> [Double] {
        var sum = 0.0
        return values.map {
            sum += Double($0)
            return sum
        }
    }

    /// The first position whose cumulative sum exceeds `threshold`; the last one if none does.
    private func firstIndex(in cumulative: [Double], above threshold: Double) -> Int {
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > threshold { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: - Lloyd's iteration

    /// Clusters that have settled, and the passes that took.
    typealias Settled = (lloyd: LloydIteration, iterations: Int)

    /// Clusters some of `points` from centroids that k-means++ picks among them.
    func cluster(
        _ points: ClusterPoints, members: [Int], into clusterCount: Int, using generator: inout SeededGenerator
    ) throws -> Settled {
        let values = members.count == points.count ? points.values : try points.values.rows(members)
        let seeds = try plusPlusSeeds(
            values, squaredNorms: members.map { points.squaredNorms[$0] }, count: clusterCount, using: &generator)
        return try cluster(points, members: members, from: values.rows(seeds))
    }

    /// Clusters some of `points` from the given centroids.
    func cluster(_ points: ClusterPoints, members: [Int], from centroids: Tensor) throws -> Settled {
        try settle(
            LloydIteration(points: points, members: members, centroids: centroids, mostBounds: maximumBounds))
    }

    /// Moves centroids and points until they have settled.
    func settle(_ lloyd: LloydIteration) throws -> Settled {
        let settled = tolerance * lloyd.meanVariance()
        var labels = lloyd.memberClusters
        var iterations = 0
        while iterations < maximumIterations {
            iterations += 1
            let movement = try lloyd.updateCentroids()
            try lloyd.assign()
            let newLabels = lloyd.memberClusters
            if movement <= settled || newLabels == labels { break }
            labels = newLabels
        }
        return (lloyd, iterations)
    }
}

/// Squared distances from all points to a few of them, from which the next seed is chosen.
private struct SeedCandidates {
    /// Dot products with all points, `[candidates, points]`.
    let products: [Float]
    /// ‖x‖² of the points, and of the candidates among them.
    let squaredNorms: [Float]
    let ownSquaredNorms: [Float]

    /// Sum over the points of the squared distance to their nearest seed, if the candidate becomes one.
    func total(_ candidate: Int, _ nearest: [Float]) -> Double {
        var total = 0.0
        withDistances(of: candidate) { distance in
            for point in nearest.indices { total += Double(min(nearest[point], distance(point))) }
        }
        return total
    }

    /// Lowers the distances to the nearest seed to those to the candidate, where these are smaller.
    func merge(_ candidate: Int, into nearest: inout [Float]) {
        withDistances(of: candidate) { distance in
            for point in nearest.indices { nearest[point] = min(nearest[point], distance(point)) }
        }
    }

    @inline(__always)
    private func withDistances(of candidate: Int, _ body: ((Int) -> Float) -> Void) {
        let norm = ownSquaredNorms[candidate]
        let first = candidate * squaredNorms.count
        products.withUnsafeBufferPointer { products in
            squaredNorms.withUnsafeBufferPointer { norms in
                body { point in max(0, norms[point] + norm - 2 * products[first + point]) }
            }
        }
    }
}

extension Tensor {
    /// These points' distances to the ones at `positions`.
    fileprivate func candidates(_ positions: [Int], squaredNorms: [Float]) throws -> SeedCandidates {
        SeedCandidates(
            products: try rows(positions).matmul(transposed(0, 1)).floats(), squaredNorms: squaredNorms,
            ownSquaredNorms: positions.map { squaredNorms[$0] })
    }
}
