import CVectors
import Glibc
import Parallel
import Tensors

/// Greedy k-means++ (Arthur and Vassilvitskii, 2007): each next seed is the best of 2 + ⌊ln k⌋ points drawn with probability
/// proportional to their squared distance from the seeds so far.
///
/// Distances are ‖x‖² − 2x·c + ‖c‖² in float32, of those points alone that a candidate may be nearer to than any seed so far, which
/// products of bytes and of 16-bit integers tell before.
/// Threads share it while candidates are weighed, each with members of its own, and so do processes.
struct PlusPlusSeeding: Sendable {
    private let points: ClusterPoints
    /// Of the members.
    private let rounded: RoundedRows
    /// nil where they are not to be multiplied.
    private let bytes: ByteRows?
    /// The points that are clustered.
    private let members: [Int]
    /// Squared distance of each member to its nearest seed.
    private var nearest: [Float]
    /// The same with each candidate as a further seed, `[candidates, members]`.
    private let lowered: SharedNumbers<Float>
    private let count: Int
    private let candidateCount: Int
    private let group: ProcessGroup

    /// - Parameters:
    ///   - count: how many of the points are chosen.
    ///   - multipliesBytes: whether products of bytes come first.
    ///   - group: the processes that divide the members.
    init(of points: ClusterPoints, members: [Int], count: Int, multipliesBytes: Bool, in group: ProcessGroup) throws {
        (self.points, self.members, self.count, self.group) = (points, members, count, group)
        bytes = try multipliesBytes ? points.bytes ?? ByteRows(of: points.values) : nil
        rounded = try RoundedRows(of: members, among: points)
        nearest = Array(repeating: .infinity, count: members.count)
        candidateCount = 2 + Int(log(Double(count)))
        lowered = SharedNumbers(repeating: 0, count: candidateCount * members.count)
    }

    /// Chooses the points.
    mutating func seeds(using generator: inout SeededGenerator) throws -> [Int] {
        var seeds = [generator.index(below: members.count)]
        try add([seeds[0]])
        while seeds.count < count {
            let cumulative = cumulativeSums()
            let total = cumulative.last ?? 0
            let drawn = (0..<candidateCount).map { _ in
                firstIndex(in: cumulative, above: generator.uniform() * total)
            }
            seeds.append(drawn[try add(drawn)])
        }
        return seeds.map { members[$0] }
    }

    /// Makes a seed of the candidate that leaves the points nearest to their seeds, the first among equals; returns which.
    ///
    /// - Parameter candidates: places among the members.
    @discardableResult
    private mutating func add(_ candidates: [Int]) throws -> Int {
        let totals = try totals(with: candidates)
        var best = 0
        for candidate in totals.indices where totals[candidate] < totals[best] { best = candidate }
        let own = group.share(of: members.count, inBlocksOf: Self.blockLength)
        let found = lowered.buffer[best * members.count + own.lowerBound..<best * members.count + own.upperBound]
        if group.isAlone {
            nearest.withUnsafeMutableBufferPointer { $0.baseAddress!.update(from: found.baseAddress!, count: found.count) }
        } else {
            let rows = try Tensor(Array(found), shape: [own.count])
            nearest = try group.allGather(rows: rows, of: members.count, inBlocksOf: Self.blockLength).floats()
        }
        return best
    }

    /// Members whose sums are taken by themselves, so that they are the same on any number of threads and in any number of processes.
    private static let blockLength = 1024

    /// Sum over the points of the squared distance to their nearest seed, with each candidate as a further one.
    private func totals(with candidates: [Int]) throws -> [Double] {
        let blocks = (members.count + Self.blockLength - 1) / Self.blockLength
        let own = group.share(of: blocks)
        let sums = SharedNumbers<Double>(repeating: 0, count: own.count * candidates.count)
        let candidateBytes = bytes.map { _ in ByteRows(count: candidates.count, dim: points.dim) }
        try points.values.withFloats { values in
            let values = SharedBuffer(reading: values)
            for (position, candidate) in candidates.enumerated() {
                candidateBytes?.set(position, to: values.start + members[candidate] * points.dim)
            }
            inParts(of: own.count, atLeast: 1, threads: Torch.threads) { numbers in
                for number in numbers {
                    let first = (own.lowerBound + number) * Self.blockLength
                    weigh(
                        candidates, candidateBytes, at: first..<min(first + Self.blockLength, members.count), values.start,
                        totals: sums.start + number * candidates.count)
                }
            }
        }
        let all =
            try group.isAlone
            ? sums.values
            : group.allGather(rows: Tensor(sums.values, shape: [own.count, candidates.count]), of: blocks).doubles()
        return candidates.indices.map { candidate in
            (0..<blocks).reduce(0) { $0 + all[$1 * candidates.count + candidate] }
        }
    }

    /// Looks at some members, each with all candidates while it is at hand.
    ///
    /// - Parameter totals: of each candidate, to which the members' squared distances are added.
    private func weigh(
        _ candidates: [Int], _ candidateBytes: ByteRows?, at positions: Range<Int>, _ values: UnsafePointer<Float>,
        totals: UnsafeMutablePointer<Double>
    ) {
        let (dim, norms, fours) = (points.dim, points.squaredNorms.start, (candidates.count + 3) / 4)
        let (bytes, candidateBytes) = (bytes?.view, candidateBytes?.view)
        withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: fours) { most in
            most.initialize(repeating: SIMD4(repeating: .infinity))
            for position in positions {
                let (point, nearest) = (members[position], nearest[position])
                if let bytes, let candidateBytes {
                    for four in 0..<fours { most[four] = bytes.greatestDots(point, candidateBytes, 4 * four) }
                }
                for (candidate, member) in candidates.enumerated() {
                    let seed = members[member]
                    let squaredNorms = norms[point] + norms[seed]
                    // With a product of at most this, the candidate is not nearer.
                    func isFarther(_ product: Float) -> Bool {
                        squaredNorms - 2 * product - points.distanceError.squared >= nearest
                    }
                    var squared = nearest
                    if !isFarther(most[candidate / 4][candidate % 4]),
                        !isFarther(rounded.dot(position, rounded, member).greatest)
                    {
                        let product = cvectors_dot(values + point * dim, values + seed * dim, dim)
                        squared = min(squared, max(0, squaredNorms - 2 * product))
                    }
                    lowered[candidate * members.count + position] = squared
                    totals[candidate] += Double(squared)
                }
            }
        }
    }

    private func cumulativeSums() -> [Double] {
        var sum = 0.0
        return nearest.map {
            sum += Double($0)
            return sum
        }
    }

    /// The first position whose cumulative sum exceeds `threshold`; the last one if none does.
    private func firstIndex(in cumulative: [Double], above threshold: Double) -> Int {
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > threshold { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
