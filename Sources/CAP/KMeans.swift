import Foundation
import Tensors

/// K-means: k-means++ seeding and Lloyd's iterations.
///
/// The procedure is scikit-learn's `KMeans(n_clusters, n_init=1, algorithm="lloyd")`: greedy k-means++, convergence
/// when no label changes or when the centroids move by less than `tolerance` times the mean variance, empty clusters
/// moved to the points farthest from their centroids. Given the same initial centroids it reaches the same clusters.
///
/// Distances are ‖x‖² − 2x·c + ‖c‖² in float32, which suits L2-normalised features; data far from the origin should be
/// centred first. A pass computes only distances to centroids that moved since the last one; nothing of size
/// points × clusters is ever held.
public struct KMeans: Sendable {
    /// Most passes of Lloyd's iteration.
    public var maximumIterations: Int
    /// Squared movement of the centroids, relative to the points' mean variance, below which they have settled.
    public var tolerance: Double

    public init(maximumIterations: Int = 300, tolerance: Double = 1e-4) {
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
    }

    /// Points in clusters.
    public struct Clustering: Sendable {
        /// Mean of each cluster's points, `[clusters, dim]`.
        public let centroids: Tensor
        /// The cluster of each point, `[points]`.
        public let labels: [Int]
        /// The number of points in each cluster, `[clusters]`; 0 only where fewer distinct points than clusters exist.
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
        let squaredNorms = try rowSquaredNorms(points)
        let seeds = try plusPlusSeeds(
            points, squaredNorms: squaredNorms, count: clusterCount, using: &generator)
        return try lloyd(points, squaredNorms: squaredNorms, from: points.rows(seeds))
    }

    /// Clusters `points` from the given centroids, `[clusters, dim]`.
    public func cluster(_ points: Tensor, from centroids: Tensor) throws -> Clustering {
        guard centroids.rank == 2, points.rank == 2, centroids.shape[1] == points.shape[1] else {
            throw CAPError("Centroids of shape \(centroids.shape) cannot cluster points of shape \(points.shape).")
        }
        try checkShape(points, clusterCount: centroids.shape[0])
        return try lloyd(points, squaredNorms: rowSquaredNorms(points), from: centroids)
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

    /// Positions of points picked by greedy k-means++ (Arthur and Vassilvitskii, 2007): each next seed is the best of
    /// 2 + ⌊ln k⌋ points drawn with probability proportional to their squared distance from the seeds so far.
    private func plusPlusSeeds(
        _ points: Tensor, squaredNorms: [Float], count: Int, using generator: inout SeededGenerator
    ) throws -> [Int] {
        let pointCount = squaredNorms.count
        let trials = 2 + Int(log(Double(count)))
        var seeds = [generator.index(below: pointCount)]
        var nearest = try squaredDistances(points, squaredNorms: squaredNorms, to: seeds)
        while seeds.count < count {
            let cumulative = cumulativeSums(nearest)
            let total = cumulative.last ?? 0
            let candidates = (0..<trials).map { _ in
                firstIndex(in: cumulative, above: generator.uniform() * total)
            }
            let distances = try squaredDistances(points, squaredNorms: squaredNorms, to: candidates)
            var best: (seed: Int, nearest: [Float], total: Double)?
            for (trial, candidate) in candidates.enumerated() {
                let (merged, total) = minimum(nearest, distances, column: trial, of: trials)
                if best.map({ total < $0.total }) ?? true { best = (candidate, merged, total) }
            }
            guard let best else { break }
            seeds.append(best.seed)
            nearest = best.nearest
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

    /// The elementwise minimum of `nearest` and one column of `distances` (`[points, columns]`), and its sum.
    private func minimum(
        _ nearest: [Float], _ distances: [Float], column: Int, of columns: Int
    ) -> (values: [Float], total: Double) {
        var total = 0.0
        let values = [Float](unsafeUninitializedCapacity: nearest.count) { buffer, initialized in
            for point in 0..<nearest.count {
                let value = min(nearest[point], distances[point * columns + column])
                buffer[point] = value
                total += Double(value)
            }
            initialized = nearest.count
        }
        return (values, total)
    }

    /// Squared distances of all points to the points at `positions`, `[points, positions]`.
    private func squaredDistances(
        _ points: Tensor, squaredNorms: [Float], to positions: [Int]
    ) throws -> [Float] {
        let targets = try points.rows(positions)
        let norms = positions.map { squaredNorms[$0] }
        var distances = try points.matmul(targets.transposed(0, 1)).floats()
        let columns = positions.count
        distances.withUnsafeMutableBufferPointer { distances in
            for point in 0..<squaredNorms.count {
                for column in 0..<columns {
                    let position = point * columns + column
                    distances[position] = max(0, squaredNorms[point] + norms[column] - 2 * distances[position])
                }
            }
        }
        return distances
    }

    private func rowSquaredNorms(_ points: Tensor) throws -> [Float] {
        let dim = points.shape[1]
        return try points.withFloats { values in
            (0..<values.count / dim).map { row in
                var sum: Float = 0
                for value in values[row * dim..<(row + 1) * dim] { sum += value * value }
                return sum
            }
        }
    }

    // MARK: - Lloyd's iteration

    private func lloyd(_ points: Tensor, squaredNorms: [Float], from centroids: Tensor) throws -> Clustering {
        var lloyd = try LloydIteration(points: points, squaredNorms: squaredNorms, centroids: centroids)
        let settled = try tolerance * lloyd.meanVariance()
        try lloyd.assignAll()
        var iterations = 0
        while iterations < maximumIterations {
            iterations += 1
            let labels = lloyd.labels
            let movement = try lloyd.updateCentroids()
            try lloyd.assignAgain()
            if movement <= settled || lloyd.labels == labels { break }
        }
        return try lloyd.clustering(iterations: iterations)
    }
}
