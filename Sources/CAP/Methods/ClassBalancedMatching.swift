/// CPL's class-balanced selection: images propose to their candidate classes, and every class keeps the images that are
/// surest of it (deferred acceptance).
public struct ClassBalancedMatching: Sendable {
    /// The most images of each class, `[classes]`.
    public let capacities: [Int]

    public init(capacities: [Int]) {
        self.capacities = capacities
    }

    /// The capacities of a round: K where every class was full in the round before; less for a class that was not.
    ///
    /// - Parameters:
    ///   - count: K of the round.
    ///   - fills: images each class had at the end of the round before; zeros before the first.
    public static func capacities(count: Int, fills: [Int]) -> [Int] {
        let largest = fills.max() ?? 0
        return fills.map { max(0, min($0 + (count - largest), count)) }
    }

    /// The images of each class, in the order in which their places were first taken.
    ///
    /// - Parameter candidates: of every image, in descending order of probability.
    public func match(_ candidates: [[CandidateSets.Candidate]]) -> [[Int]] {
        var pools = [[(image: Int, cost: Float)]](repeating: [], count: capacities.count)
        var next = [Int](repeating: 0, count: candidates.count)
        var isPlaced = [Bool](repeating: false, count: candidates.count)
        while true {
            var proposals = [[(image: Int, cost: Float)]](repeating: [], count: capacities.count)
            var anyProposal = false
            for image in candidates.indices where !isPlaced[image] && next[image] < candidates[image].count {
                let candidate = candidates[image][next[image]]
                next[image] += 1
                anyProposal = true
                guard candidate.probability >= 1e-7, capacities.indices.contains(candidate.label) else { continue }
                proposals[candidate.label].append((image, 1 - candidate.probability))
            }
            guard anyProposal else { break }
            for label in capacities.indices {
                for proposal in proposals[label] {
                    if pools[label].count < capacities[label] {
                        pools[label].append(proposal)
                        isPlaced[proposal.image] = true
                    } else if let worst = pools[label].indices.max(by: { pools[label][$0].cost < pools[label][$1].cost }),
                        proposal.cost < pools[label][worst].cost
                    {
                        isPlaced[pools[label][worst].image] = false
                        pools[label][worst] = proposal
                        isPlaced[proposal.image] = true
                    }
                }
            }
        }
        return pools.map { $0.map(\.image) }
    }
}
