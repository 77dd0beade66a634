import CVectors
import Parallel

/// Finds the nearest centroids of a block of points at a time; blocks can be searched for on several threads at once.
struct NearestSearch: Sendable {
    /// `[points, dim]`
    let points: SharedBuffer<Float>
    let dim: Int
    let squaredNorms: SharedBuffer<Float>
    let error: DistanceError
    let roundedPoints: RoundedRows
    /// `[clusters, dim]`
    let centroids: SharedBuffer<Float>
    let roundedCentroids: RoundedRows
    let biases: SharedBuffer<Float>
    let clusterCount: Int
    let groups: CentroidGroups
    /// The groups that have centroids, and those of them in which one moved, ascending.
    let remainingGroups: SharedBuffer<Int32>
    let movedGroups: SharedBuffer<Int32>
    /// How far each centroid moved since the last look.
    let drifts: SharedBuffer<Float>
    /// Of each group its last place, how far it is from those before, and the most of that (`CentroidPaths`).
    let places: SharedBuffer<Int32>
    let distances: SharedBuffer<Float>
    let farthest: SharedBuffer<Float>
    let blocks: PointBlocks.View
    private var unit: BoundUnit { blocks.unit }

    /// Of each point of a block the best centroid so far, its score, and that of its own, once that is known. In memory: a processor
    /// waits where a vector is read of which a number was just written.
    private struct Contests {
        let winners = UnsafeMutablePointer<Int32>.allocate(capacity: PointBlocks.length)
        let scores = UnsafeMutablePointer<Float>.allocate(capacity: PointBlocks.length)
        let ownScores = UnsafeMutablePointer<Float>.allocate(capacity: PointBlocks.length)
        /// The limits of the points, in whole units of bounds.
        let ceilings = UnsafeMutablePointer<Int16>.allocate(capacity: PointBlocks.length)

        func begin() {
            winners.update(repeating: -1, count: PointBlocks.length)
            scores.update(repeating: -.infinity, count: PointBlocks.length)
            ownScores.update(repeating: -.infinity, count: PointBlocks.length)
        }

        /// The lower of equals is the better.
        @inline(__always)
        func offer(_ cluster: Int, _ score: Float, to lane: Int) {
            guard score > scores[lane] || score == scores[lane] && cluster < winners[lane] else { return }
            (winners[lane], scores[lane]) = (Int32(cluster), score)
        }

        func end() {
            winners.deallocate()
            scores.deallocate()
            ownScores.deallocate()
            ceilings.deallocate()
        }
    }

    /// Labels those points of some blocks that have no label yet, or whose centroids have moved; adds what changes.
    func look(at range: Range<Int>, _ changes: inout [LabelChange]) {
        let contests = Contests()
        defer { contests.end() }
        for block in range { look(at: block, contests, &changes) }
    }

    @inline(__always)
    private func look(at block: Int, _ contests: Contests, _ changes: inout [LabelChange]) {
        let first = block * PointBlocks.length
        let lanes = cvectors_lanes_to_look(blocks.limits.start + first, blocks.clusters.start + first, drifts.start)
        let (all, others) = (UInt32(truncatingIfNeeded: lanes), UInt32(lanes >> 32))
        // Where the own centroid stayed, only those that moved can have become nearer.
        if others != 0, movedGroups.count > 0 { lookAtMoved(block, others, contests, &changes) }
        if all != 0 { lookAtAll(block, all, contests, &changes) }
    }

    // MARK: - Those that moved

    /// By the bounds of the groups in which something moved.
    @inline(__always)
    private func lookAtMoved(_ block: Int, _ lanes: UInt32, _ contests: Contests, _ changes: inout [LabelChange]) {
        contests.begin()
        eachBound(of: block, lanes, in: movedGroups, contests, isSparse: true) { group, lane, slot, bound in
            let (point, own) = (Int(blocks.points[slot]), Int(blocks.clusters[slot]))
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let most = scores(point, cluster).greatest
                greatest = max(greatest, most)
                // Rounded numbers leave open that it is the nearest.
                guard distance(point, most) <= blocks.limits[slot] else { continue }
                if contests.winners[lane] < 0 { enterOwn(slot, lane, contests) }
                contests.offer(cluster, score(point, cluster), to: lane)
            }
            bound = unit.bound(distance(point, greatest), at: Int(places[group]))
        }
        decide(block, lanes, contests, &changes)
    }

    private func enterOwn(_ slot: Int, _ lane: Int, _ contests: Contests) {
        let (point, own) = (Int(blocks.points[slot]), Int(blocks.clusters[slot]))
        contests.ownScores[lane] = score(point, own)
        contests.offer(own, contests.ownScores[lane], to: lane)
        blocks.limits[slot] = error.limit(distance(point, contests.ownScores[lane]))
    }

    // MARK: - All

    /// By the bounds of all groups.
    private func lookAtAll(_ block: Int, _ lanes: UInt32, _ contests: Contests, _ changes: inout [LabelChange]) {
        let open = lanesThatCanChange(block, lanes, contests)
        guard open != 0 else { return }
        contests.begin()
        eachLane(of: open) { lane in
            let slot = block * PointBlocks.length + lane
            if blocks.clusters[slot] >= 0 { enterOwn(slot, lane, contests) }
        }
        eachBound(of: block, open, in: remainingGroups, contests) { group, lane, slot, bound in
            let (point, own) = (Int(blocks.points[slot]), Int(blocks.clusters[slot]))
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = score(point, cluster)
                greatest = max(greatest, score)
                contests.offer(cluster, score, to: lane)
            }
            bound = unit.bound(distance(point, greatest), at: Int(places[group]))
        }
        decide(block, open, contests, &changes)
    }

    /// Lowers limits and raises bounds to what rounded numbers tell; returns those of the points of which another centroid than the own
    /// one may still be the nearest.
    private func lanesThatCanChange(_ block: Int, _ lanes: UInt32, _ contests: Contests) -> UInt32 {
        var open: UInt32 = 0
        contests.begin()
        let nearest = contests.scores
        eachLane(of: lanes) { lane in
            let slot = block * PointBlocks.length + lane
            let (point, own) = (Int(blocks.points[slot]), Int(blocks.clusters[slot]))
            if own >= 0 {
                blocks.limits[slot] = error.limit(distance(point, scores(point, own).least))
            } else {
                open |= 1 << lane
            }
        }
        eachBound(of: block, lanes, in: remainingGroups, contests) { group, lane, slot, bound in
            let (point, own) = (Int(blocks.points[slot]), Int(blocks.clusters[slot]))
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = scores(point, cluster)
                greatest = max(greatest, score.greatest)
                nearest[lane] = max(nearest[lane], score.least)
            }
            let least = distance(point, greatest)
            bound = unit.bound(least, at: Int(places[group]))
            if own < 0 {
                blocks.limits[slot] = error.limit(distance(point, nearest[lane]))
            } else if least <= blocks.limits[slot] {
                open |= 1 << lane
            }
        }
        return open
    }

    // MARK: - Bounds

    @inline(__always)
    private func eachLane(of lanes: UInt32, _ body: (Int) -> Void) {
        var left = lanes
        while left != 0 {
            body(left.trailingZeroBitCount)
            left &= left - 1
        }
    }

    /// The bounds of some groups that are at most their points' limits, which `body` may change: of all of a block's points before
    /// the next group's, so that a centroid is read once.
    ///
    /// - Parameter isSparse: whether few are looked at, and mostly in the next block too: then what they are about is fetched before.
    @inline(__always)
    private func eachBound(
        of block: Int, _ lanes: UInt32, in groups: SharedBuffer<Int32>, _ contests: Contests, isSparse: Bool = false,
        _ body: (_ group: Int, _ lane: Int, _ slot: Int, _ bound: inout PathBound) -> Void
    ) {
        let (bounds, first) = (blocks.bounds(of: block), block * PointBlocks.length)
        let next = isSparse ? blocks.bounds(of: min(block + 1, blocks.count - 1)) : bounds + 16 * PointBlocks.length
        var position = 0
        cvectors_ceilings(blocks.limits.start + first, unit.distance, contests.ceilings)
        func find() -> UInt32 {
            cvectors_next_at_most(
                bounds, next, unit.distance, distances.start, farthest.start, groups.start, groups.count, &position,
                blocks.limits.start + first, contests.ceilings, lanes)
        }
        var found = find()
        while found != 0 {
            let (group, near) = (Int(groups[position]), found)
            position += 1
            found = find()
            if isSparse { eachLane(of: found) { roundedPoints.fetch(Int(blocks.points[first + $0])) } }
            eachLane(of: near) { lane in body(group, lane, first + lane, &bounds[group * PointBlocks.length + lane]) }
        }
    }

    // MARK: - Scores and distances

    /// Puts points where their contests were won, unless they are there.
    @inline(__always)
    private func decide(_ block: Int, _ lanes: UInt32, _ contests: Contests, _ changes: inout [LabelChange]) {
        for lane in 0..<PointBlocks.length where lanes >> lane & 1 == 1 && contests.winners[lane] >= 0 {
            let slot = block * PointBlocks.length + lane
            let (point, own, winner) = (Int(blocks.points[slot]), Int(blocks.clusters[slot]), Int(contests.winners[lane]))
            guard winner != own else { continue }
            blocks.clusters[slot] = Int32(winner)
            blocks.limits[slot] = error.limit(distance(point, contests.scores[lane]))
            // The old centroid is one of the others now; that the new one no longer is leaves its group's bound true.
            if own >= 0 {
                let group = groups.group(of: own)
                unit.lower(
                    &blocks.bound(slot, group).pointee, by: distances.start + group * CentroidPaths.length,
                    atMost: distance(point, contests.ownScores[lane]), at: Int(places[group]))
            }
            changes.append(LabelChange(point: point, from: own, to: winner))
        }
    }

    private func clusters(of group: Int) -> Range<Int> { groups.clusters(of: group, among: clusterCount) }

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
