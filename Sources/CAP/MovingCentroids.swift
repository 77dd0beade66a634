import CVectors
import Parallel

/// Where the centroids of clusters are, what follows from it, and how far they moved. Of different ones several threads can move some
/// at a time.
struct MovingCentroids: Sendable {
    let dim: Int
    /// `[clusters, dim]`, row-major.
    let values: SharedNumbers<Float>
    let rounded: RoundedRows
    /// −½‖c‖² of each centroid; −∞ for a cluster that was removed.
    let biases: SharedNumbers<Float>
    /// How far each centroid moved since points were last assigned.
    let drifts: SharedNumbers<Float>

    /// - Parameter values: where they begin, `[clusters, dim]`.
    init(_ values: [Float], dim: Int) {
        let count = values.count / dim
        self.dim = dim
        self.values = SharedNumbers(values)
        rounded = RoundedRows(count: count, dim: dim)
        biases = SharedNumbers(repeating: 0, count: count)
        drifts = SharedNumbers(repeating: 0, count: count)
        for cluster in 0..<count { moved(cluster) }
    }

    func start(of cluster: Int) -> UnsafeMutablePointer<Float> { values.start + cluster * dim }

    /// Moves a centroid to the mean of its points; returns the square of how far that is.
    ///
    /// - Parameters:
    ///   - size: how many points it has.
    ///   - sum: of these points, `[dim]`.
    func move(_ cluster: Int, toMeanOf size: Int, sum: UnsafePointer<Double>) -> Double {
        let (scale, centroid) = (1 / Double(size), start(of: cluster))
        var squared = 0.0
        for d in 0..<dim {
            let mean = Float(sum[d] * scale)
            let step = Double(mean) - Double(centroid[d])
            squared += step * step
            centroid[d] = mean
        }
        drifts[cluster] = Float(squared.squareRoot())
        moved(cluster)
        return squared
    }

    private func moved(_ cluster: Int) {
        let squaredNorm = cvectors_dot(start(of: cluster), start(of: cluster), dim)
        biases[cluster] = -squaredNorm / 2
        rounded.set(cluster, to: start(of: cluster), squaredNorm: squaredNorm)
    }
}
