import CVectors
import Parallel

/// A point that went to another cluster; −1 is none.
struct LabelChange {
    let point: Int
    let from: Int
    let to: Int
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
    /// `[clusters, dim]`
    let centroids: SharedBuffer<Float>
    let roundedCentroids: RoundedRows
    let biases: SharedBuffer<Float>
    let clusterCount: Int
    let groups: CentroidGroups
    let drifts: SharedBuffer<Float>
    let groupDrifts: SharedBuffer<Float>
    /// The groups of centroids that moved.
    let movedGroups: SharedBuffer<Int>
    let labels: SharedBuffer<Int>
    let reaches: SharedBuffer<Float>
    /// `[points, groups]`, each row as long as the groups' stride.
    let bounds: SharedBuffer<Float>

    /// The two best centroids of a group.
    private struct Best {
        var label = -1
        var score = -Float.infinity
        var secondScore = -Float.infinity

        @inline(__always)
        mutating func offer(_ cluster: Int, _ offered: Float) {
            if offered > score {
                (secondScore, score, label) = (score, offered, cluster)
            } else if offered > secondScore {
                secondScore = offered
            }
        }
    }

    /// Labels a point that has no label yet, or whose centroids have moved.
    func look(at point: Int) -> LabelChange? {
        let own = labels[point]
        let row = bounds.start + point * groups.stride
        let drift = own < 0 ? 0 : drifts[own]
        reaches[point] += drift
        // Where the own centroid stayed, only those that moved can have become nearer.
        let least =
            drift == 0 && reaches[point] < .infinity
            ? lowered(row) : cvectors_subtract(row, groupDrifts.start, groups.stride)
        guard least <= limit(reaches[point]), canChange(point, from: own, row, least: least) else { return nil }

        var winner = Best()
        if own >= 0 {
            winner.offer(own, score(point, own))
            reaches[point] = distance(point, winner.score)
        }
        let ownScore = winner.score
        eachGroup(of: row, within: limit(reaches[point])) { group in
            var best = Best()
            for cluster in clusters(of: group) where cluster != own { best.offer(cluster, score(point, cluster)) }
            row[group] = distance(point, best.score)
            if best.score > winner.score || best.score == winner.score && best.label < winner.label { winner = best }
        }
        guard winner.label != own else { return nil }
        labels[point] = winner.label
        reaches[point] = distance(point, winner.score)
        // The new centroid's group is now bounded by its others, the old one's by that one too.
        row[groups.group(of: winner.label)] = distance(point, winner.secondScore)
        if own >= 0 {
            let group = groups.group(of: own)
            row[group] = min(row[group], distance(point, ownScore))
        }
        return LabelChange(point: point, from: own, to: winner.label)
    }

    /// Lowers the reach and raises bounds to what rounded numbers tell; returns whether another centroid than the own one may
    /// still be the nearest.
    private func canChange(_ point: Int, from own: Int, _ row: UnsafeMutablePointer<Float>, least: Float) -> Bool {
        if own >= 0 {
            reaches[point] = distance(point, scores(point, own).least)
            guard least <= limit(reaches[point]) else { return false }
        }
        let limit = limit(reaches[point])
        var (least, nearest) = (Float.infinity, -Float.infinity)
        eachGroup(of: row, within: limit) { group in
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = scores(point, cluster)
                greatest = max(greatest, score.greatest)
                nearest = max(nearest, score.least)
            }
            row[group] = distance(point, greatest)
            least = min(least, row[group])
        }
        if own < 0 { reaches[point] = distance(point, nearest) }
        return least <= limit
    }

    /// The groups whose bound is at most `limit`, which `body` may change.
    @inline(__always)
    private func eachGroup(of row: UnsafeMutablePointer<Float>, within limit: Float, _ body: (Int) -> Void) {
        for first in stride(from: 0, to: groups.count, by: 64) {
            var found = cvectors_at_most(row + first, min(64, groups.count - first), limit)
            while found != 0 {
                body(first + found.trailingZeroBitCount)
                found &= found - 1
            }
        }
    }

    /// The largest bound at which a centroid may still be nearer than the own one, whose distance is `reach`. The error of a
    /// distance is that of its square over twice the distance; bounds have been lowered up to hundreds of times besides, with
    /// an error in the last place each.
    private func limit(_ reach: Float) -> Float {
        reach * 1.0001 + squaredError / max(reach, leastDistance)
    }

    /// Lowers the bounds of the groups that moved; returns the least of them.
    private func lowered(_ row: UnsafeMutablePointer<Float>) -> Float {
        var least = Float.infinity
        for position in movedGroups.indices {
            let group = movedGroups[position]
            row[group] -= groupDrifts[group]
            least = min(least, row[group])
        }
        return least
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
