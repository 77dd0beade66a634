import CVectors
import Parallel

/// Finds the nearest centroids of a block of points at a time; blocks can be searched for on several threads at once.
struct NearestSearch: Sendable {
    /// `[points, dim]`
    let points: SharedBuffer<Float>
    let dim: Int
    let error: DistanceError
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

    /// What a block's points are to be compared with.
    private struct Agenda {
        /// The points whose own centroid moved, or that have none: all centroids.
        var all: UInt32 = 0
        /// The points whose rows are still to be fetched.
        var awaited: UInt32 = 0
        /// The groups that others may have become nearer to, since something moved, and these points.
        let groups: UnsafeMutablePointer<Int32>
        let lanes: UnsafeMutablePointer<UInt32>
        var count = 0

        init(groups most: Int) {
            groups = .allocate(capacity: most)
            lanes = .allocate(capacity: most)
        }

        func end() {
            groups.deallocate()
            lanes.deallocate()
        }
    }

    /// Labels those points of some blocks that have no label yet, or whose centroids have moved; adds what changes.
    ///
    /// What a block's points are to be compared with is found before the block before it is looked at, and comes from memory meanwhile.
    func look(at range: Range<Int>, _ changes: inout [LabelChange]) {
        guard !range.isEmpty else { return }
        let contests = Contests()
        var (now, next) = (Agenda(groups: movedGroups.count), Agenda(groups: movedGroups.count))
        defer {
            contests.end()
            now.end()
            next.end()
        }
        func fetchRest(of block: Int, _ agenda: inout Agenda) {
            while agenda.awaited != 0 { fetchOne(of: block, &agenda) }
        }
        plan(range.lowerBound, contests, &now)
        fetchRest(of: range.lowerBound, &now)
        for block in range {
            if block + 1 < range.upperBound { plan(block + 1, contests, &next) }
            if now.count > 0 { lookAtMoved(block, now, before: &next, contests, &changes) }
            fetchRest(of: block + 1, &next)
            if now.all != 0 { lookAtAll(block, now.all, contests, &changes) }
            swap(&now, &next)
        }
    }

    /// Finds out what a block's points are to be compared with.
    @inline(__always)
    private func plan(_ block: Int, _ contests: Contests, _ agenda: inout Agenda) {
        let first = block * PointBlocks.length
        let lanes = cvectors_lanes_to_look(blocks.limits.start + first, blocks.clusters.start + first, drifts.start)
        let others = UInt32(lanes >> 32)
        (agenda.all, agenda.count) = (UInt32(truncatingIfNeeded: lanes), 0)
        agenda.awaited = agenda.all
        // Where the own centroid stayed, only those that moved can have become nearer.
        if others != 0, movedGroups.count > 0 {
            let next = blocks.bounds(of: min(block + 1, blocks.count - 1))
            eachGroup(of: block, others, in: movedGroups, fetching: next, contests) { group, near in
                agenda.groups[agenda.count] = Int32(group)
                agenda.lanes[agenda.count] = near
                agenda.count += 1
                agenda.awaited |= near
            }
        }
        guard agenda.awaited != 0 else { return }
        blocks.rows.fetchScales(first..<first + PointBlocks.length)
        cvectors_fetch(blocks.squaredNorms.start + first, PointBlocks.length * MemoryLayout<Float>.stride)
    }

    /// Lets the row of one point come: all at once are more than a processor can wait for.
    @inline(__always)
    private func fetchOne(of block: Int, _ agenda: inout Agenda) {
        guard agenda.awaited != 0 else { return }
        blocks.rows.fetch(block * PointBlocks.length + agenda.awaited.trailingZeroBitCount)
        agenda.awaited &= agenda.awaited - 1
    }

    // MARK: - Those that moved

    /// By the bounds of the groups in which something moved.
    ///
    /// - Parameter next: that of the next block, whose rows are fetched meanwhile.
    @inline(__always)
    private func lookAtMoved(
        _ block: Int, _ agenda: Agenda, before next: inout Agenda, _ contests: Contests, _ changes: inout [LabelChange]
    ) {
        contests.begin()
        let (bounds, first) = (blocks.bounds(of: block), block * PointBlocks.length)
        for position in 0..<agenda.count {
            let group = Int(agenda.groups[position])
            eachLane(of: agenda.lanes[position]) { lane in
                fetchOne(of: block + 1, &next)
                let slot = first + lane
                let own = Int(blocks.clusters[slot])
                var greatest = -Float.infinity
                for cluster in clusters(of: group) where cluster != own {
                    let most = scores(slot, cluster).greatest
                    greatest = max(greatest, most)
                    // Rounded numbers leave open that it is the nearest.
                    guard distance(slot, most) <= blocks.limits[slot] else { continue }
                    if contests.winners[lane] < 0 { enterOwn(slot, lane, contests) }
                    contests.offer(cluster, score(slot, cluster), to: lane)
                }
                bounds[group * PointBlocks.length + lane] = unit.bound(distance(slot, greatest), at: Int(places[group]))
            }
        }
        decide(block, contests, &changes)
    }

    private func enterOwn(_ slot: Int, _ lane: Int, _ contests: Contests) {
        let own = Int(blocks.clusters[slot])
        contests.ownScores[lane] = score(slot, own)
        contests.offer(own, contests.ownScores[lane], to: lane)
        blocks.limits[slot] = error.limit(distance(slot, contests.ownScores[lane]))
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
        eachBound(of: block, open, contests) { group, lane, slot, bound in
            let own = Int(blocks.clusters[slot])
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = score(slot, cluster)
                greatest = max(greatest, score)
                contests.offer(cluster, score, to: lane)
            }
            bound = unit.bound(distance(slot, greatest), at: Int(places[group]))
        }
        decide(block, contests, &changes)
    }

    /// Lowers limits and raises bounds to what rounded numbers tell; returns those of the points of which another centroid than the own
    /// one may still be the nearest.
    private func lanesThatCanChange(_ block: Int, _ lanes: UInt32, _ contests: Contests) -> UInt32 {
        var open: UInt32 = 0
        contests.begin()
        let nearest = contests.scores
        eachLane(of: lanes) { lane in
            let slot = block * PointBlocks.length + lane
            let own = Int(blocks.clusters[slot])
            if own >= 0 {
                blocks.limits[slot] = error.limit(distance(slot, scores(slot, own).least))
            } else {
                open |= 1 << lane
            }
        }
        eachBound(of: block, lanes, contests) { group, lane, slot, bound in
            let own = Int(blocks.clusters[slot])
            var greatest = -Float.infinity
            for cluster in clusters(of: group) where cluster != own {
                let score = scores(slot, cluster)
                greatest = max(greatest, score.greatest)
                nearest[lane] = max(nearest[lane], score.least)
            }
            let least = distance(slot, greatest)
            bound = unit.bound(least, at: Int(places[group]))
            if own < 0 {
                blocks.limits[slot] = error.limit(distance(slot, nearest[lane]))
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

    /// The bounds of the remaining groups that are at most their points' limits, which `body` may change: of all of a block's points
    /// before the next group's, so that a centroid is read once.
    @inline(__always)
    private func eachBound(
        of block: Int, _ lanes: UInt32, _ contests: Contests,
        _ body: (_ group: Int, _ lane: Int, _ slot: Int, _ bound: inout PathBound) -> Void
    ) {
        let (bounds, first) = (blocks.bounds(of: block), block * PointBlocks.length)
        eachGroup(of: block, lanes, in: remainingGroups, fetching: bounds + 16 * PointBlocks.length, contests) { group, near in
            eachLane(of: near) { lane in body(group, lane, first + lane, &bounds[group * PointBlocks.length + lane]) }
        }
    }

    /// Those of some groups that have bounds of at most their points' limits, and these points of a block; `body` may change the limits.
    ///
    /// - Parameter next: of which the same groups' bounds will soon be asked for, or others: they are fetched.
    @inline(__always)
    private func eachGroup(
        of block: Int, _ lanes: UInt32, in groups: SharedBuffer<Int32>, fetching next: UnsafeMutablePointer<PathBound>,
        _ contests: Contests, _ body: (_ group: Int, _ near: UInt32) -> Void
    ) {
        let (bounds, limits) = (blocks.bounds(of: block), blocks.limits.start + block * PointBlocks.length)
        var position = 0
        cvectors_ceilings(limits, unit.distance, contests.ceilings)
        while true {
            let near = cvectors_next_at_most(
                bounds, next, unit.distance, distances.start, farthest.start, groups.start, groups.count, &position, limits,
                contests.ceilings, lanes)
            guard near != 0 else { break }
            body(Int(groups[position]), near)
            position += 1
        }
    }

    // MARK: - Scores and distances

    /// Puts points where their contests were won, unless they are there.
    @inline(__always)
    private func decide(_ block: Int, _ contests: Contests, _ changes: inout [LabelChange]) {
        for lane in 0..<PointBlocks.length where contests.winners[lane] >= 0 {
            let slot = block * PointBlocks.length + lane
            let (own, winner) = (Int(blocks.clusters[slot]), Int(contests.winners[lane]))
            guard winner != own else { continue }
            blocks.clusters[slot] = Int32(winner)
            blocks.limits[slot] = error.limit(distance(slot, contests.scores[lane]))
            // The old centroid is one of the others now; that the new one no longer is leaves its group's bound true.
            if own >= 0 {
                let group = groups.group(of: own)
                unit.lower(
                    &blocks.bound(slot, group).pointee, by: distances.start + group * CentroidPaths.length,
                    atMost: distance(slot, contests.ownScores[lane]), at: Int(places[group]))
            }
            changes.append(LabelChange(point: Int(blocks.points[slot]), from: own, to: winner))
        }
    }

    private func clusters(of group: Int) -> Range<Int> { groups.clusters(of: group, among: clusterCount) }

    private func score(_ slot: Int, _ cluster: Int) -> Float {
        biases[cluster] + cvectors_dot(points.start + Int(blocks.points[slot]) * dim, centroids.start + cluster * dim, dim)
    }

    /// Between which numbers the score lies.
    private func scores(_ slot: Int, _ cluster: Int) -> (least: Float, greatest: Float) {
        let product = blocks.rows.dot(slot, roundedCentroids, cluster)
        return (biases[cluster] + product.least, biases[cluster] + product.greatest)
    }

    private func distance(_ slot: Int, _ score: Float) -> Float {
        max(0, blocks.squaredNorms[slot] - 2 * score).squareRoot()
    }
}
