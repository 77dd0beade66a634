import CVectors
import Parallel
import Tensors

/// Points to cluster, and what is computed of them once.
struct ClusterPoints: Sendable {
    /// `[points, dim]`, contiguous float32 on the CPU.
    let values: Tensor
    let squaredNorms: SharedNumbers<Float>
    /// Their rows of bytes, if seeds will be chosen among them more than once; those who choose once make their own.
    let bytes: ByteRows?
    var count: Int { squaredNorms.count }
    let dim: Int
    /// The greatest ‖x‖².
    let longestSquared: Float
    let distanceError: DistanceError

    init(_ values: Tensor, keepingBytes: Bool = false) throws {
        self.values = values
        let dim = values.shape[1]
        self.dim = dim
        let norms = SharedNumbers<Float>(repeating: 0, count: values.shape[0])
        try values.withFloats { values in
            let values = SharedBuffer(reading: values)
            inParts(of: norms.count, threads: Torch.threads) { points in
                for point in points {
                    let row = values.start + point * dim
                    norms[point] = cvectors_dot(row, row, dim)
                }
            }
        }
        squaredNorms = norms
        bytes = try keepingBytes ? ByteRows(of: values) : nil
        longestSquared = norms.values.max() ?? 0
        distanceError = DistanceError(longestSquared: longestSquared)
    }
}

/// What distances of float32 are off by.
struct DistanceError: Sendable {
    /// More than a squared distance, computed as ‖x‖² − 2x·c + ‖c‖², is off.
    let squared: Float
    /// The distance that a squared one of this error may be.
    let leastDistance: Float

    /// - Parameter longestSquared: the greatest ‖x‖².
    init(longestSquared: Float) {
        squared = 1e-6 * longestSquared
        leastDistance = max(squared.squareRoot(), .leastNormalMagnitude)
    }

    /// The largest bound at which a centroid may still be nearer than the own one, whose distance is at most `reach`. The error of a
    /// distance is that of its square over twice the distance; a bound has some in the last places besides.
    func limit(_ reach: Float) -> Float {
        reach * 1.0001 + squared / max(reach, leastDistance)
    }
}

/// Consecutive centroids that share a bound.
struct CentroidGroups: Sendable {
    /// Centroids of a group; the last may have fewer.
    let size: Int
    let count: Int

    /// As few centroids a group as `mostBounds` allow for all points; never fewer than eight groups.
    init(clusters: Int, points: Int, mostBounds: Int) {
        let most = max(8, mostBounds / max(1, points))
        size = (clusters + most - 1) / most
        count = (clusters + size - 1) / size
    }

    func group(of cluster: Int) -> Int { cluster / size }

    /// Those of `count` clusters that are in a group.
    func clusters(of group: Int, among count: Int) -> Range<Int> { group * size..<min((group + 1) * size, count) }
}
