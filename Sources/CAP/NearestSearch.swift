import CVectors
import Parallel

/// The centroids that moved since points were last looked at, and what of them tells which points can have come nearer.
struct MovedCentroids: Sendable {
    /// Ascending.
    let clusters: SharedNumbers<Int>
    /// Their groups, ascending.
    let groups: SharedNumbers<Int>
    /// Their rows and biases, where points have bytes and so few moved that it takes less time to multiply all than to look
    /// at bounds; of rows beyond the last the bias is −∞.
    let bytes: ByteRows?
    let biases: SharedNumbers<Float>

    /// As many are multiplied.
    static let mostMultiplied = 32

    init(
        _ clusters: [Int], groups: CentroidGroups, centroids: SharedBuffer<Float>, biases: SharedBuffer<Float>,
        points: ClusterPoints
    ) {
        self.clusters = SharedNumbers(clusters)
        var found: [Int] = []
        for group in clusters.lazy.map(groups.group(of:)) where group != found.last { found.append(group) }
        self.groups = SharedNumbers(found)
        guard points.bytes != nil, clusters.count <= Self.mostMultiplied else {
            (bytes, self.biases) = (nil, SharedNumbers(repeating: 0, count: 0))
            return
        }
        let rows = ByteRows(count: clusters.count, dim: points.dim)
        let moved = SharedNumbers(repeating: -Float.infinity, count: rows.view.count)
        for (row, cluster) in clusters.enumerated() {
            rows.set(row, to: centroids.start + cluster * points.dim)
            moved[row] = biases[cluster]
        }
        (bytes, self.biases) = (rows, moved)
    }
}

/// Finds the nearest centroid of one point at a time; points can be searched for on several threads at once.
struct NearestSearch: Sendable {
    /// `[points, dim]`
    let points: SharedBuffer<Float>
    let dim: Int
    let squaredNorms: SharedBuffer<Float>
    /// What squared distances may be off by, and the distance that such a one may be.
    let squaredError: Float
    let leastDistance: Float
    let roundedPoints: RoundedRows
    let pointBytes: ByteRows.View?
    /// `[clusters, dim]`
    let centroids: SharedBuffer<Float>
    let roundedCentroids: RoundedRows
    let biases: SharedBuffer<Float>
    let clusterCount: Int
    let groups: CentroidGroups
    /// The centroids that moved, ascending, with what there is of them to multiply, and their groups.
    let moved: SharedBuffer<Int>
    let movedBytes: ByteRows.View?
    let movedBiases: SharedBuffer<Float>
    let movedGroups: SharedBuffer<Int>
    /// How far each centroid moved since the last look, and the farthest of each group since bounds are kept.
    let drifts: SharedBuffer<Float>
    let groupShifts: SharedBuffer<Float>
    let labels: SharedBuffer<Int>
    let reaches: SharedBuffer<Float>
    /// `[points, groups]`, each row as long as the groups' stride; a group's shift has to be subtracted.
    let bounds: SharedBuffer<Float>

    /// The best centroid.
    private struct Best {
        var label = -1
        var score = -Float.infinity

        /// The lower of equals is the better.
        @inline(__always)
        mutating func offer(_ cluster: Int, _ offered: Float) {
            if offered > score || offered == score && cluster < label { (label, score) = (cluster, offered) }
        }
    }

    /// Labels a point that has no label yet, or whose centroids have moved.
    @inline(__always)
    func look(at point: Int) -> LabelChange? {
        let own = labels[point]
        guard own >= 0, drifts[own] == 0, reaches[point] < .infinity else { return lookAtAll(point, own) }
        // Where the own centroid stayed, only those that moved can have become nearer.
        guard let movedBytes, let pointBytes else { return lookAtMovedGroups(point, own) }
        return lookAtMoved(point, own, pointBytes, movedBytes)
    }

    // MARK: - Those that moved

    /// What has been found out about a point.
    private struct Contest {
        var winner = Best()
        /// The score of the own centroid, once that is known.
        var ownScore = -Float.infinity
    }

    /// By products of bytes with all that moved; bounds stay as they are.
    @inline(__always)
    private func lookAtMoved(
        _ point: Int, _ own: Int, _ pointBytes: ByteRows.View, _ movedBytes: ByteRows.View
    ) -> LabelChange? {
        var contest = Contest()
        var least = leastScore(point)
        for first in stride(from: 0, to: moved.count, by: 16) {
            var near = pointBytes.mayReach(least, point, movedBytes, first, adding: movedBiases.start + first)
            guard near != 0 else { continue }
            while near != 0 {
                enter(moved[first + near.trailingZeroBitCount], into: &contest, of: point, own)
                near &= near - 1
            }
            least = leastScore(point)
        }
        return change(of: point, own, contest)
    }

    /// By the bounds of the groups in which something moved.
    private func lookAtMovedGroups(_ point: Int, _ own: Int) -> LabelChange? {
        var contest = Contest()
        let row = bounds.start + point * groups.stride
        for position in movedGroups.indices {
            let group = movedGroups[position]
            guard row[group] - groupShifts[group] <= limit(reaches[point]) else { continue }
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = enter(cluster, into: &contest, of: point, own)
                greatest = max(greatest, score)
            }
            row[group] = distance(point, greatest) + groupShifts[group]
        }
        return change(of: point, own, contest)
    }

    /// Lets a centroid compete as far as its rounded numbers leave open that it is the nearest; returns not less than its score.
    @discardableResult
    private func enter(_ cluster: Int, into contest: inout Contest, of point: Int, _ own: Int) -> Float {
        let greatest = scores(point, cluster).greatest
        guard distance(point, greatest) <= limit(reaches[point]) else { return greatest }
        if contest.winner.label < 0 { enterOwn(own, into: &contest, of: point) }
        contest.winner.offer(cluster, score(point, cluster))
        return greatest
    }

    private func enterOwn(_ own: Int, into contest: inout Contest, of point: Int) {
        contest.ownScore = score(point, own)
        contest.winner.offer(own, contest.ownScore)
        reaches[point] = distance(point, contest.ownScore)
    }

    /// The least score at which a centroid may still be nearer than the own one.
    private func leastScore(_ point: Int) -> Float {
        let limit = limit(reaches[point])
        return (squaredNorms[point] - limit * limit) / 2 - squaredError
    }

    // MARK: - All

    /// By the bounds of all groups.
    private func lookAtAll(_ point: Int, _ own: Int) -> LabelChange? {
        let row = bounds.start + point * groups.stride
        guard canChange(point, from: own, row) else { return nil }
        var contest = Contest()
        if own >= 0 { enterOwn(own, into: &contest, of: point) }
        eachGroup(of: row, within: limit(reaches[point])) { group in
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = score(point, cluster)
                greatest = max(greatest, score)
                contest.winner.offer(cluster, score)
            }
            row[group] = distance(point, greatest) + groupShifts[group]
        }
        return change(of: point, own, contest)
    }

    /// Lowers the reach and raises bounds to what rounded numbers tell; returns whether another centroid than the own one may
    /// still be the nearest.
    private func canChange(_ point: Int, from own: Int, _ row: UnsafeMutablePointer<Float>) -> Bool {
        reaches[point] = own < 0 ? .infinity : distance(point, scores(point, own).least)
        let limit = limit(reaches[point])
        var (least, nearest) = (Float.infinity, -Float.infinity)
        eachGroup(of: row, within: limit) { group in
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = scores(point, cluster)
                greatest = max(greatest, score.greatest)
                nearest = max(nearest, score.least)
            }
            let bound = distance(point, greatest)
            row[group] = bound + groupShifts[group]
            least = min(least, bound)
        }
        if own < 0 { reaches[point] = distance(point, nearest) }
        return least <= limit
    }

    /// The groups whose bound is at most `limit`, which `body` may change.
    @inline(__always)
    private func eachGroup(of row: UnsafeMutablePointer<Float>, within limit: Float, _ body: (Int) -> Void) {
        for first in stride(from: 0, to: groups.count, by: 64) {
            var found = cvectors_at_most(row + first, groupShifts.start + first, min(64, groups.count - first), limit)
            while found != 0 {
                body(first + found.trailingZeroBitCount)
                found &= found - 1
            }
        }
    }

    // MARK: - Scores and distances

    /// Puts a point where its contest was won, unless it is there.
    private func change(of point: Int, _ own: Int, _ contest: Contest) -> LabelChange? {
        let winner = contest.winner
        guard winner.label >= 0, winner.label != own else { return nil }
        labels[point] = winner.label
        reaches[point] = distance(point, winner.score)
        // The old centroid is one of the others now; that the new one no longer is leaves its group's bound true.
        if own >= 0 {
            let group = groups.group(of: own), place = point * groups.stride + group
            bounds[place] = min(bounds[place], distance(point, contest.ownScore) + groupShifts[group])
        }
        return LabelChange(point: point, from: own, to: winner.label)
    }

    /// The largest bound at which a centroid may still be nearer than the own one, whose distance is `reach`. The error of a
    /// distance is that of its square over twice the distance; a bound with its shift has some in the last place besides.
    private func limit(_ reach: Float) -> Float {
        reach * 1.0001 + squaredError / max(reach, leastDistance)
    }

    private func clusters(of group: Int) -> Range<Int> {
        group * groups.size..<min((group + 1) * groups.size, clusterCount)
    }

    private func score(_ point: Int, _ cluster: Int) -> Float {
        biases[cluster] + cvectors_dot(points.start + point * dim, centroids.start + cluster * dim, dim)
    }

    /// Between which numbers the score lies.
    private func scores(_ point: Int, _ cluster: Int) -> (least: Float, greatest: Float) {
        let product = roundedPoints.dot(point, roundedCentroids, cluster)
        return (biases[cluster] + product.least, biases[cluster] + product.greatest)
    }

    private func distance(_ point: Int, _ score: Float) -> Float {
        max(0, squaredNorms[point] - 2 * score).squareRoot()
    }
}
