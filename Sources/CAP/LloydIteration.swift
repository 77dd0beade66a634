import Tensors

/// Points, centroids and the labels between them, moved forward one step at a time.
///
/// A point's score for a centroid is x·c − ½‖c‖²: the largest score is the smallest distance. Each point's best
/// score is kept, so that after an update only distances to centroids that moved are computed anew: a point whose
/// own centroid stayed can only change to one that moved.
struct LloydIteration {
    private let points: Tensor
    private let squaredNorms: [Float]
    private let pointCount: Int
    private let dim: Int
    private let clusterCount: Int

    /// `[clusters, dim]`, row-major.
    private var centroids: [Float]
    /// −½‖c‖² of each centroid.
    private var biases: [Float]
    /// Sum of each cluster's points, `[clusters, dim]`; in double precision, so that points can leave and join
    /// for as long as it takes.
    private var sums: [Double]
    private var sizes: [Int]
    /// Clusters whose points changed since their centroid was computed.
    private var isStale: [Bool]
    /// Clusters whose centroid moved in the last update.
    private var moved: [Int] = []

    /// The cluster of each point; −1 before the first assignment.
    private(set) var labels: [Int]
    /// Each point's score for its own centroid.
    private var scores: [Float]

    init(points: Tensor, squaredNorms: [Float], centroids: Tensor) throws {
        self.points = points
        self.squaredNorms = squaredNorms
        pointCount = squaredNorms.count
        dim = points.shape[1]
        clusterCount = centroids.shape[0]
        self.centroids = try centroids.floats()
        biases = Array(repeating: 0, count: clusterCount)
        sums = Array(repeating: 0, count: clusterCount * dim)
        sizes = Array(repeating: 0, count: clusterCount)
        isStale = Array(repeating: true, count: clusterCount)
        labels = Array(repeating: -1, count: pointCount)
        scores = Array(repeating: 0, count: pointCount)
        for cluster in 0..<clusterCount { updateBias(of: cluster) }
    }

    func clustering(iterations: Int) throws -> KMeans.Clustering {
        var inertia = 0.0
        for point in 0..<pointCount { inertia += Double(squaredDistance(of: point)) }
        return KMeans.Clustering(
            centroids: try Tensor(centroids, shape: [clusterCount, dim]), labels: labels, sizes: sizes,
            inertia: inertia, iterations: iterations)
    }

    /// Variance of the points around their mean, averaged over the dimensions.
    func meanVariance() throws -> Double {
        let mean = try points.mean(dim: 0).doubles()
        let meanNorm = mean.reduce(0) { $0 + $1 * $1 }
        let norm = squaredNorms.reduce(0.0) { $0 + Double($1) } / Double(pointCount)
        return max(0, norm - meanNorm) / Double(dim)
    }

    // MARK: - Assignment

    /// Gives every point the label of its nearest centroid.
    mutating func assignAll() throws {
        let (weight, bias) = try centroidTensors(Array(0..<clusterCount))
        var changes: [(point: Int, from: Int)] = []
        try scan(columns: clusterCount) { rows in
            let (best, column) = try nearest(
                points.narrow(dim: 0, start: rows.lowerBound, length: rows.count), weight, bias)
            for (offset, point) in rows.enumerated() {
                scores[point] = best[offset]
                relabel(point, column[offset], &changes)
            }
        }
        try moveBetweenSums(changes)
    }

    /// Gives every point the label of its nearest centroid, looking only at what the last update can have changed.
    mutating func assignAgain() throws {
        guard !moved.isEmpty else { return }
        guard moved.count * 2 < clusterCount else { return try assignAll() }

        var hasMoved = [Bool](repeating: false, count: clusterCount)
        for cluster in moved { hasMoved[cluster] = true }
        let uprooted = labels.indices.filter { hasMoved[labels[$0]] }
        var changes: [(point: Int, from: Int)] = []

        let (movedWeight, movedBias) = try centroidTensors(moved)
        try scan(columns: moved.count) { rows in
            let (best, column) = try nearest(
                points.narrow(dim: 0, start: rows.lowerBound, length: rows.count), movedWeight, movedBias)
            for (offset, point) in rows.enumerated() where !hasMoved[labels[point]] && best[offset] > scores[point] {
                scores[point] = best[offset]
                relabel(point, moved[column[offset]], &changes)
            }
        }

        let (weight, bias) = try centroidTensors(Array(0..<clusterCount))
        try scan(uprooted.count, columns: clusterCount) { range in
            let (best, column) = try nearest(points.rows(Array(uprooted[range])), weight, bias)
            for (offset, position) in range.enumerated() {
                scores[uprooted[position]] = best[offset]
                relabel(uprooted[position], column[offset], &changes)
            }
        }
        try moveBetweenSums(changes)
    }

    /// Calls `body` with consecutive ranges of rows, small enough that rows × columns scores stay in cache.
    private func scan(_ rowCount: Int? = nil, columns: Int, _ body: (Range<Int>) throws -> Void) throws {
        let rowCount = rowCount ?? pointCount
        let step = max(64, min(8192, (1 << 20) / columns))
        for start in stride(from: 0, to: rowCount, by: step) {
            try body(start..<min(start + step, rowCount))
        }
    }

    /// The largest score of each row, and the column it is in.
    private func nearest(_ rows: Tensor, _ weight: Tensor, _ bias: Tensor) throws -> ([Float], [Int]) {
        let (scores, columns) = try rows.linear(weight: weight, bias: bias).max(dim: 1)
        return try (scores.floats(), columns.ints())
    }

    private func centroidTensors(_ clusters: [Int]) throws -> (weight: Tensor, bias: Tensor) {
        let all = try Tensor(centroids, shape: [clusterCount, dim])
        let weight = clusters.count == clusterCount ? all : try all.rows(clusters)
        return (weight, try Tensor(clusters.map { biases[$0] }, shape: [clusters.count]))
    }

    private mutating func relabel(_ point: Int, _ cluster: Int, _ changes: inout [(point: Int, from: Int)]) {
        guard labels[point] != cluster else { return }
        changes.append((point, labels[point]))
        labels[point] = cluster
    }

    // MARK: - Update

    /// Moves every centroid whose points changed to their mean; returns the sum of the squared movements.
    mutating func updateCentroids() throws -> Double {
        try fillEmptyClusters()
        moved = []
        var movement = 0.0
        for cluster in 0..<clusterCount where isStale[cluster] && sizes[cluster] > 0 {
            isStale[cluster] = false
            moved.append(cluster)
            movement += moveToMean(cluster)
            updateBias(of: cluster)
        }
        return movement
    }

    /// Gives each empty cluster the point that is farthest from its own centroid among clusters that can spare one.
    private mutating func fillEmptyClusters() throws {
        let empty = sizes.indices.filter { sizes[$0] == 0 }
        guard !empty.isEmpty else { return }
        var farthest = labels.indices.map { (point: $0, distance: squaredDistance(of: $0)) }
        farthest.sort { $0.distance != $1.distance ? $0.distance > $1.distance : $0.point < $1.point }
        var next = farthest.makeIterator()
        for cluster in empty {
            var candidate = next.next()
            while let found = candidate, sizes[labels[found.point]] < 2 { candidate = next.next() }
            guard let found = candidate else { return }
            var changes: [(point: Int, from: Int)] = []
            relabel(found.point, cluster, &changes)
            try moveBetweenSums(changes)
        }
    }

    private func squaredDistance(of point: Int) -> Float {
        max(0, squaredNorms[point] - 2 * scores[point])
    }

    /// Takes the points of `changes` out of the sums of their old clusters and adds them to those of their new ones.
    private mutating func moveBetweenSums(_ changes: [(point: Int, from: Int)]) throws {
        let (dim, labels) = (dim, labels)
        try points.withFloats { values in
            sums.withUnsafeMutableBufferPointer { sums in
                for (point, old) in changes {
                    let row = UnsafeBufferPointer(rebasing: values[point * dim..<(point + 1) * dim])
                    if old >= 0 {
                        let sum = UnsafeMutableBufferPointer(rebasing: sums[old * dim..<(old + 1) * dim])
                        for d in 0..<dim { sum[d] -= Double(row[d]) }
                    }
                    let new = labels[point]
                    let sum = UnsafeMutableBufferPointer(rebasing: sums[new * dim..<(new + 1) * dim])
                    for d in 0..<dim { sum[d] += Double(row[d]) }
                }
            }
        }
        for (point, old) in changes {
            if old >= 0 {
                sizes[old] -= 1
                isStale[old] = true
            }
            sizes[labels[point]] += 1
            isStale[labels[point]] = true
        }
    }

    private mutating func moveToMean(_ cluster: Int) -> Double {
        let scale = 1 / Double(sizes[cluster])
        var movement = 0.0
        for position in cluster * dim..<(cluster + 1) * dim {
            let mean = Float(sums[position] * scale)
            let step = Double(mean) - Double(centroids[position])
            movement += step * step
            centroids[position] = mean
        }
        return movement
    }

    private mutating func updateBias(of cluster: Int) {
        var norm: Float = 0
        for value in centroids[cluster * dim..<(cluster + 1) * dim] { norm += value * value }
        biases[cluster] = -norm / 2
    }
}
