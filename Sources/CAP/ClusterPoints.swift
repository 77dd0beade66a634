import CVectors
import Tensors

/// Points to cluster, and what is computed of them once.
struct ClusterPoints {
    /// `[points, dim]`, contiguous float32 on the CPU.
    let values: Tensor
    let squaredNorms: SharedNumbers<Float>
    var count: Int { squaredNorms.count }
    let dim: Int
    /// More than a squared distance, computed as ‖x‖² − 2x·c + ‖c‖² in float32, is off.
    let squaredDistanceError: Float

    init(_ values: Tensor) throws {
        self.values = values
        let dim = values.shape[1]
        self.dim = dim
        let norms = SharedNumbers<Float>(repeating: 0, count: values.shape[0])
        try values.withFloats { values in
            for point in 0..<norms.count {
                let row = values.baseAddress! + point * dim
                norms[point] = cvectors_dot(row, row, dim)
            }
        }
        squaredNorms = norms
        squaredDistanceError = 1e-6 * (norms.values.max() ?? 0)
    }
}

/// Consecutive centroids that share a bound.
struct CentroidGroups {
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
}
