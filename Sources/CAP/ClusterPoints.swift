import CVectors
import Parallel
import Tensors

/// Points to cluster, and what is computed of them once.
struct ClusterPoints: Sendable {
    /// `[points, dim]`, contiguous float32 on the CPU.
    let values: Tensor
    let squaredNorms: SharedNumbers<Float>
    let rounded: RoundedRows
    /// nil where they are not to be multiplied.
    let bytes: ByteRows?
    var count: Int { squaredNorms.count }
    let dim: Int
    /// More than a squared distance, computed as ‖x‖² − 2x·c + ‖c‖² in float32, is off.
    let squaredDistanceError: Float
    /// The distance that a squared one of this error may be.
    let leastDistance: Float

    init(_ values: Tensor, withBytes: Bool) throws {
        self.values = values
        let dim = values.shape[1]
        self.dim = dim
        let norms = SharedNumbers<Float>(repeating: 0, count: values.shape[0])
        let rounded = RoundedRows(count: norms.count, dim: dim)
        let bytes = withBytes ? ByteRows(count: norms.count, dim: dim) : nil
        try values.withFloats { values in
            let values = SharedBuffer(reading: values)
            inParts(of: norms.count, threads: Torch.threads) { points in
                for point in points {
                    let row = values.start + point * dim
                    norms[point] = cvectors_dot(row, row, dim)
                    rounded.set(point, to: row, squaredNorm: norms[point])
                    bytes?.set(point, to: row)
                }
            }
        }
        squaredNorms = norms
        self.rounded = rounded
        self.bytes = bytes
        squaredDistanceError = 1e-6 * (norms.values.max() ?? 0)
        leastDistance = max(squaredDistanceError.squareRoot(), .leastNormalMagnitude)
    }
}

/// Consecutive centroids that share a bound.
struct CentroidGroups: Sendable {
    /// Centroids of a group; the last may have fewer.
    let size: Int
    let count: Int
    /// Bounds that are kept of each point: some more than there are groups, so that vectors divide them.
    let stride: Int

    /// As few centroids a group as `mostBounds` allow for all points; never fewer than eight groups.
    init(clusters: Int, points: Int, mostBounds: Int) {
        let most = max(8, mostBounds / max(1, points))
        size = (clusters + most - 1) / most
        count = (clusters + size - 1) / size
        stride = (count + 7) / 8 * 8
    }

    func group(of cluster: Int) -> Int { cluster / size }
}
