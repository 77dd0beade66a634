import CVectors
import Parallel
import Tensors

/// Points, centroids and the labels between them, moved forward one step of Lloyd's iteration at a time.
///
/// Clusters are numbered without those that were removed.
///
/// A point's score for a centroid is x·c − ½‖c‖²: the largest score is the smallest distance. Few scores are computed, and
/// the labels are those of computing all (Elkan, Using the Triangle Inequality to Accelerate k-Means, 2003): each point
/// keeps a bound below its distances to the other centroids, which falls by how far they have gone, and looks again only
/// where the bound has come within the distance to its own. Bounds are kept for groups of consecutive centroids (Ding et
/// al., Yinyang K-Means, 2015), of one where memory allows, and 32 points look at once. Where a point's own centroid
/// stayed it looks at those alone that moved, which soon are few. It looks with rounded numbers first, which read half the
/// memory, and with float32 only where these leave open which centroid is the nearest.
final class LloydIteration {
    private let points: ClusterPoints
    /// The points that are clustered, ascending.
    private(set) var members: [Int]
    /// The processes that each look at points of their own.
    private let group: ProcessGroup
    private let clusterCount: Int
    private let groups: CentroidGroups

    private let centroids: MovingCentroids
    /// Sum of each cluster's points, `[clusters, dim]`; in double precision, so that points can leave and join
    /// for as long as it takes.
    private let sums: SharedNumbers<Double>
    private var sizes: [Int]
    /// Clusters whose points changed since their centroid was computed.
    private var isStale: [Bool]
    /// The clusters that were not removed, ascending.
    private var remaining: [Int]
    private let paths: CentroidPaths

    /// The cluster of each point; −1 for none.
    private let labels: SharedNumbers<Int>
    /// Those of the members that are this process's.
    private let blocks: PointBlocks

    /// - Parameters:
    ///   - centroids: where the clusters start, `[clusters, dim]`.
    ///   - mostBounds: how many bounds may be kept; of more than that, centroids share one.
    ///   - group: the processes that divide the points.
    init(
        points: ClusterPoints, members: [Int], centroids: Tensor, mostBounds: Int, in group: ProcessGroup = .alone
    ) throws {
        self.points = points
        self.members = members
        self.group = group
        let own = members.filter { LabelChanges.isLookedAt($0, in: group) }
        clusterCount = centroids.shape[0]
        groups = CentroidGroups(clusters: clusterCount, points: own.count, mostBounds: mostBounds)
        self.centroids = try MovingCentroids(centroids.floats(), dim: points.dim)
        sums = SharedNumbers(repeating: 0, count: clusterCount * points.dim)
        sizes = Array(repeating: 0, count: clusterCount)
        isStale = Array(repeating: true, count: clusterCount)
        remaining = Array(0..<clusterCount)
        paths = CentroidPaths(of: groups, from: self.centroids.values.buffer, clusterCount: clusterCount, dim: points.dim)
        labels = SharedNumbers(repeating: -1, count: points.count)
        blocks = try PointBlocks(
            of: own, among: points, groups: groups.count, unit: BoundUnit(longestSquared: points.longestSquared))
        try assign()
    }

    /// The number of clusters.
    var count: Int { remaining.count }

    /// The cluster of each member.
    var memberClusters: [Int] {
        var numbers = [Int](repeating: -1, count: clusterCount)
        for (number, cluster) in remaining.enumerated() { numbers[cluster] = number }
        return members.map { numbers[labels[$0]] }
    }

    /// How many members each cluster has.
    var clusterSizes: [Int] { remaining.map { sizes[$0] } }

    /// The mean of each cluster's members, `[clusters, dim]`.
    func clusterCentroids() throws -> Tensor {
        let rows = remaining.flatMap { UnsafeBufferPointer(start: centroids.start(of: $0), count: points.dim) }
        return try Tensor(rows, shape: [count, points.dim])
    }

    /// Sum of the members' squared distances to their centroids.
    func inertia() throws -> Double {
        try ownSquaredDistances().reduce(0) { $0 + Double($1) }
    }

    /// Variance of the members around their mean, averaged over the dimensions.
    func meanVariance() -> Double {
        let (count, dim) = (Double(members.count), points.dim)
        var total = [Double](repeating: 0, count: dim)
        for cluster in remaining {
            for d in 0..<dim { total[d] += sums[cluster * dim + d] }
        }
        let meanNorm = total.reduce(0.0) { $0 + ($1 / count) * ($1 / count) }
        let norm = members.reduce(0.0) { $0 + Double(points.squaredNorms[$1]) } / count
        return max(0, norm - meanNorm) / Double(dim)
    }

    // MARK: - Assignment

    /// Gives every member the label of its nearest centroid, looking only at what the last update can have changed; on as
    /// many threads as libtorch has, and all processes of the group.
    @discardableResult
    func assign() throws -> [LabelChange] {
        let (remaining, moved) = (SharedNumbers(remainingGroups.map(Int32.init)), SharedNumbers(advance().map(Int32.init)))
        let found = try points.values.withFloats { values in
            // The search has addresses in them alone.
            withExtendedLifetime((remaining, moved)) {
                let search = NearestSearch(
                    points: SharedBuffer(reading: values), dim: points.dim, error: points.distanceError,
                    centroids: centroids.values.buffer, roundedCentroids: centroids.rounded, biases: centroids.biases.buffer,
                    clusterCount: clusterCount, groups: groups, remainingGroups: remaining.buffer, movedGroups: moved.buffer,
                    drifts: centroids.drifts.buffer, places: paths.last.buffer, distances: paths.distances.buffer,
                    farthest: paths.farthest.buffer, blocks: blocks.view)
                // Most of the work is in the blocks of the few clusters that moved.
                return inParts(of: blocks.count, atLeast: 32, threads: Torch.threads, partsEach: 16) { range in
                    var changes: [LabelChange] = []
                    search.look(at: range, &changes)
                    return changes
                }
            }
        }.flatMap { $0 }
        blocks.relabeled(found.count)
        centroids.drifts.fill(with: 0)
        let changes = try LabelChanges.gathered(found, in: group)
        for change in changes { labels[change.point] = change.to }
        try moveBetweenSums(changes)
        blocks.sortIfScattered(groups: remainingGroups)
        return changes
    }

    /// The groups of clusters, ascending.
    private func groups(of clusters: some Sequence<Int>) -> [Int] {
        clusters.reduce(into: []) { found, cluster in
            let group = groups.group(of: cluster)
            if found.last != group { found.append(group) }
        }
    }

    private var remainingGroups: [Int] { groups(of: remaining) }

    /// Goes on with the paths of the groups in which a centroid moved; returns these.
    private func advance() -> [Int] {
        let moved = groups(of: remaining.lazy.filter { self.centroids.drifts[$0] > 0 })
        let (paths, centroids) = (self.paths, self.centroids.values.buffer)
        let complete = inParts(of: moved.count, atLeast: Self.centroidsOfThread, threads: Torch.threads) { range in
            moved[range].filter { !paths.advance($0, to: centroids) }
        }
        for group in complete.joined() {
            blocks.lower(group, by: paths.distances.buffer[group * CentroidPaths.length..<(group + 1) * CentroidPaths.length])
            paths.restart(group, at: centroids)
        }
        return moved
    }

    // MARK: - Update

    /// Moves every centroid whose points changed to their mean; returns the sum of the squared movements, and the points that were
    /// given to empty clusters before.
    func updateCentroids() throws -> (movement: Double, filled: [LabelChange]) {
        let filled = try fillEmptyClusters()
        let stale = remaining.filter { isStale[$0] && self.sizes[$0] > 0 }
        let (centroids, sums, sizes) = (self.centroids, self.sums.buffer, self.sizes)
        let movements = inParts(of: stale.count, atLeast: Self.centroidsOfThread, threads: Torch.threads) { range in
            stale[range].map { centroids.move($0, toMeanOf: sizes[$0], sum: sums.start + $0 * centroids.dim) }
        }
        for cluster in stale { isStale[cluster] = false }
        return (movements.joined().reduce(0, +), filled)
    }

    /// Fewer centroids have moved sooner than a thread has begun.
    private static let centroidsOfThread = 32

    /// Gives each empty cluster the point that is farthest from its own centroid among clusters that can spare one.
    private func fillEmptyClusters() throws -> [LabelChange] {
        let empty = remaining.filter { sizes[$0] == 0 }
        guard !empty.isEmpty else { return [] }
        let distances = try ownSquaredDistances()
        let farthest = members.indices.sorted {
            distances[$0] != distances[$1] ? distances[$0] > distances[$1] : $0 < $1
        }
        var next = farthest.makeIterator()
        var filled: [LabelChange] = []
        for cluster in empty {
            var candidate = next.next()
            while let found = candidate, sizes[labels[members[found]]] < 2 { candidate = next.next() }
            guard let found = candidate else { break }
            let point = members[found]
            let change = LabelChange(point: point, from: labels[point], to: cluster)
            if let slot = blocks.slot(of: point) {
                let group = groups.group(of: change.from)
                blocks.unit.lower(
                    &blocks.view.bound(slot, group).pointee, by: paths.distances.start + group * CentroidPaths.length,
                    atMost: distances[found].squareRoot(), at: Int(paths.last[group]))
                blocks.move(slot, to: cluster)
            }
            labels[point] = cluster
            try moveBetweenSums([change])
            filled.append(change)
        }
        return filled
    }

    /// Squared distance of each member to its own centroid.
    private func ownSquaredDistances() throws -> [Float] {
        try points.values.withFloats { values in
            members.map { point in
                let label = labels[point]
                let score =
                    centroids.biases[label]
                    + cvectors_dot(values.baseAddress! + point * points.dim, centroids.start(of: label), points.dim)
                return max(0, points.squaredNorms[point] - 2 * score)
            }
        }
    }

    /// Takes the points of `changes` out of the sums of their old clusters and adds them to those of their new ones.
    private func moveBetweenSums(_ changes: [LabelChange]) throws {
        let dim = points.dim
        try points.values.withFloats { values in
            let (values, sums) = (SharedBuffer(reading: values), sums.buffer)
            // Each thread has dimensions of its own, so that every sum is taken in the same order.
            inParts(of: dim, atLeast: changes.count < 64 ? dim : 64, threads: Torch.threads) { dimensions in
                for change in changes {
                    let row = values.start + change.point * dim
                    if change.from >= 0 {
                        let sum = sums.start + change.from * dim
                        for d in dimensions { sum[d] -= Double(row[d]) }
                    }
                    if change.to >= 0 {
                        let sum = sums.start + change.to * dim
                        for d in dimensions { sum[d] += Double(row[d]) }
                    }
                }
            }
        }
        for change in changes {
            if change.from >= 0 {
                sizes[change.from] -= 1
                isStale[change.from] = true
            }
            if change.to >= 0 {
                sizes[change.to] += 1
                isStale[change.to] = true
            }
        }
    }

    // MARK: - Removal

    /// Takes a cluster and some members out; what else was in the cluster goes to the others.
    func remove(cluster number: Int, members isGone: [Bool]) throws {
        let cluster = remaining.remove(at: number)
        let leaving = members.filter { isGone[$0] || labels[$0] == cluster }
        try moveBetweenSums(leaving.map { LabelChange(point: $0, from: labels[$0], to: -1) })
        for point in leaving {
            labels[point] = -1
            guard let slot = blocks.slot(of: point) else { continue }
            if isGone[point] { blocks.empty(slot) } else { blocks.move(slot, to: -1) }
        }
        members.removeAll { isGone[$0] }
        centroids.biases[cluster] = -.infinity
        try assign()
    }
}
