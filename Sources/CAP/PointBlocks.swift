import CVectors
import Parallel
import Tensors

/// A bound below distances, in whole units of a `BoundUnit`, and at which place of a path.
struct PathBound: BitwiseCopyable, Sendable {
    fileprivate let bits: UInt16

    @inline(__always) fileprivate var place: Int { Int(bits) % CentroidPaths.length }
}

/// What bounds are counted in, so that twelve bits hold one: half the memory of a float32 is read, which is what looking takes.
struct BoundUnit: Sendable {
    /// The distance of one unit, above 0.
    let distance: Float
    private let inverse: Float
    private static let most: Float = 4095

    /// - Parameter longestSquared: the greatest ‖x‖² of the centred points. What is farther apart than one and a half times that length is
    ///   taken to be so far apart.
    init(longestSquared: Float) {
        distance = max(1.5 * longestSquared.squareRoot() / Self.most, .leastNormalMagnitude)
        inverse = 1 / distance
    }

    @inline(__always)
    func bound(_ distance: Float, at place: Int) -> PathBound {
        let units = UInt16(max(0, min(distance * inverse, Self.most)))
        return PathBound(bits: units * UInt16(CentroidPaths.length) + UInt16(place))
    }

    @inline(__always)
    fileprivate func distance(of bound: PathBound) -> Float { Float(Int(bound.bits) / CentroidPaths.length) * distance }

    /// Lowers a bound by how far its place is from where the group is now, and makes it one of that place, as `cvectors_lower` does
    /// for a block.
    ///
    /// - Parameters:
    ///   - distances: how far the group is from each place of its path, `[16]`.
    ///   - another: the distance to a centroid that the bound is to hold for too.
    @inline(__always)
    func lower(
        _ bound: inout PathBound, by distances: UnsafePointer<Float>, atMost another: Float, at place: Int
    ) {
        bound = self.bound(min(distance(of: bound) - distances[bound.place], another), at: place)
    }
}

/// Points by 32, those of a cluster next to each other, with what is known of each.
///
/// A line of a processor's cache has the bounds of a whole block for one group of centroids, and neighbours mostly ask for the same. What
/// is read of a point lies as its block does, so that little of what comes with it is in vain; points that are asked about often, near
/// to a second cluster, lie together.
final class PointBlocks {
    /// Points of a block.
    static let length = 32

    /// The number of blocks; slots of the last ones may be empty, and any slot whose point has left.
    private(set) var count: Int
    private var occupied: Int
    /// Clusters that points got since they were last sorted.
    private var relabelings = 0
    /// Bounds of each block: one more than there are groups where that makes it odd, so that those of a group do not all share a few
    /// places of a cache.
    private let stride: Int
    /// What their distances are counted in.
    let unit: BoundUnit

    // Of each slot.
    /// Its rounded numbers, and ‖x‖².
    private let rows: RoundedRows
    private let squaredNorms: SharedNumbers<Float>
    /// The point; −1 for none.
    private let points: SharedNumbers<Int32>
    /// Its cluster; −1 for none.
    private let clusters: SharedNumbers<Int32>
    /// The largest bound at which another centroid may still be nearer than its own; infinity where that is not known, −∞ for no point.
    private let limits: SharedNumbers<Float>
    /// At most the distances to the other centroids of each group, and where that was when it was so, `[blocks, groups, 32]`.
    private let bounds: SharedNumbers<PathBound>

    /// The slot of each point; −1 for none.
    private var slots: [Int32]

    /// - Parameters:
    ///   - members: the points, of `all`.
    ///   - groups: the number of groups.
    ///   - unit: what bounds are counted in.
    init(of members: [Int], among all: ClusterPoints, groups: Int, unit: BoundUnit) throws {
        self.unit = unit
        count = (members.count + Self.length - 1) / Self.length
        occupied = members.count
        stride = groups | 1
        rows = try RoundedRows(of: members, among: all, spare: count * Self.length - members.count)
        squaredNorms = SharedNumbers(repeating: 0, count: count * Self.length)
        points = SharedNumbers(repeating: -1, count: count * Self.length)
        clusters = SharedNumbers(repeating: -1, count: count * Self.length)
        limits = SharedNumbers(repeating: -.infinity, count: count * Self.length)
        bounds = SharedNumbers(repeating: unit.bound(0, at: 0), count: count * stride * Self.length)
        slots = Array(repeating: -1, count: all.count)
        for (slot, point) in members.enumerated() {
            points[slot] = Int32(point)
            squaredNorms[slot] = all.squaredNorms[point]
            limits[slot] = .infinity
            slots[point] = Int32(slot)
        }
    }

    /// The blocks as threads read and write them, as long as these are there, in the order in which they are.
    struct View: Sendable {
        let count: Int
        let stride: Int
        let rows: RoundedRows
        let squaredNorms: SharedBuffer<Float>
        let points: SharedBuffer<Int32>
        let clusters: SharedBuffer<Int32>
        let limits: SharedBuffer<Float>
        let bounds: SharedBuffer<PathBound>
        let unit: BoundUnit

        /// Where a block's bounds are, `[groups, 32]`.
        @inline(__always)
        func bounds(of block: Int) -> UnsafeMutablePointer<PathBound> { bounds.start + block * stride * length }

        func bound(_ slot: Int, _ group: Int) -> UnsafeMutablePointer<PathBound> {
            bounds(of: slot / length) + group * length + slot % length
        }
    }

    var view: View {
        View(
            count: count, stride: stride, rows: rows, squaredNorms: squaredNorms.buffer, points: points.buffer,
            clusters: clusters.buffer, limits: limits.buffer, bounds: bounds.buffer, unit: unit)
    }

    /// The slot of a point that is here.
    func slot(of point: Int) -> Int? { slots[point] < 0 ? nil : Int(slots[point]) }

    /// Puts a point into a cluster, or none, whose distance is not known.
    func move(_ slot: Int, to cluster: Int) {
        clusters[slot] = Int32(cluster)
        limits[slot] = .infinity
    }

    func empty(_ slot: Int) {
        slots[Int(points[slot])] = -1
        (points[slot], clusters[slot], limits[slot]) = (-1, -1, -.infinity)
        occupied -= 1
    }

    /// Counts points that got another cluster.
    func relabeled(_ count: Int) { relabelings += count }

    /// Puts the points of a cluster together, without gaps, those first that are nearest to another one: where half of them went to
    /// another since that was so, or a quarter of the slots are empty.
    ///
    /// - Parameter groups: those whose bounds are still read.
    func sortIfScattered(groups: [Int]) {
        guard 2 * relabelings > occupied || 4 * occupied < 3 * count * Self.length else { return }
        relabelings = 0
        let margins = margins(of: groups)
        let order = (0..<count * Self.length).filter { points[$0] >= 0 }.sorted {
            if clusters[$0] != clusters[$1] { return clusters[$0] < clusters[$1] }
            return margins[$0] != margins[$1] ? margins[$0] < margins[$1] : points[$0] < points[$1]
        }
        rows.arrange(order + (0..<count * Self.length).filter { points[$0] < 0 })
        permute(squaredNorms, order, empty: 0)
        permute(points, order, empty: -1)
        permute(clusters, order, empty: -1)
        permute(limits, order, empty: -.infinity)
        permuteBounds(of: groups, order)
        for (slot, point) in points.values.prefix(order.count).enumerated() { slots[Int(point)] = Int32(slot) }
        count = (order.count + Self.length - 1) / Self.length
    }

    /// By how much the least bound of each slot exceeds its limit.
    private func margins(of groups: [Int]) -> SharedNumbers<Float> {
        let margins = SharedNumbers<Float>(repeating: .infinity, count: count * Self.length)
        let (view, unit) = (view, unit)
        inParts(of: count, threads: Torch.threads) { blocks in
            for block in blocks {
                for group in groups {
                    for slot in block * Self.length..<(block + 1) * Self.length {
                        let bound = unit.distance(of: view.bound(slot, group).pointee)
                        margins[slot] = min(margins[slot], bound - view.limits[slot])
                    }
                }
            }
        }
        return margins
    }

    private func permute<Number>(_ numbers: SharedNumbers<Number>, _ order: [Int], empty: Number) {
        let ordered = order.map { numbers[$0] }
        numbers.fill(with: empty)
        for (slot, number) in ordered.enumerated() { numbers[slot] = number }
    }

    /// In place, of a few groups at a time.
    private func permuteBounds(of groups: [Int], _ order: [Int]) {
        let (view, few) = (view, 8)
        inParts(of: (groups.count + few - 1) / few, atLeast: 1, threads: Torch.threads) { parts in
            withUnsafeTemporaryAllocation(of: PathBound.self, capacity: few * order.count) { ordered in
                for first in parts.lazy.map({ few * $0 }) {
                    let groups = groups[first..<min(first + few, groups.count)]
                    for (position, slot) in order.enumerated() {
                        for (place, group) in groups.enumerated() {
                            ordered[place * order.count + position] = view.bound(slot, group).pointee
                        }
                    }
                    for (place, group) in groups.enumerated() {
                        for position in order.indices {
                            view.bound(position, group).pointee = ordered[place * order.count + position]
                        }
                    }
                }
            }
        }
    }

    /// Lowers the bounds of a group by how far each is from its place, and makes them ones of place 0.
    func lower(_ group: Int, by distances: UnsafeMutableBufferPointer<Float>) {
        let (view, unit, distances) = (view, unit, SharedBuffer(distances))
        inParts(of: count, threads: Torch.threads) { blocks in
            for block in blocks {
                let bounds = view.bounds(of: block) + group * Self.length
                cvectors_fetch(view.bounds(of: min(block + 8, view.count - 1)) + group * Self.length, 1)
                cvectors_lower(bounds, unit.distance, distances.start)
            }
        }
    }
}
