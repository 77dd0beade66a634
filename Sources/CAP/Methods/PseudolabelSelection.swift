import Methods
import Vocabulary

/// Picks the pseudolabels of a round from the probabilities of a model.
public struct PseudolabelSelection: Sendable {
    public enum Rule: Sendable {
        /// FPL's leaderboard, in the order of the images.
        case leaderboard
        /// CPL's candidate sets and matching.
        case candidates(CandidateSets)
    }

    public let rule: Rule
    /// The classes that get pseudolabels; columns of the probabilities.
    public let classes: [Int]
    public let classCount: Int
    /// Rank of every image's name, from ``NameOrder/ranks(of:)``.
    public let nameRanks: [Int]

    public init(rule: Rule, classes: [Int], classCount: Int, nameRanks: [Int]) {
        self.rule = rule
        self.classes = classes
        self.classCount = classCount
        self.nameRanks = nameRanks
    }

    /// The pseudolabels by class, `[classes]`.
    ///
    /// A leaderboard's list has the images in its own order. A candidate class's list has the images that are matched
    /// to the class, whose share of their set's probability is their confidence, and as origin `.candidate` those
    /// that are matched to another class and have this one in their set.
    ///
    /// - Parameters:
    ///   - images: in the order in which they are visited.
    ///   - probabilities: over `classes`, row-major `[images, classes]`.
    ///   - count: k.
    ///   - previous: the pseudolabels of the round before, by class; empty before the first.
    ///   - origin: of what is picked.
    public func pick(
        from images: [Int], probabilities: [Float], count: Int, previous: [[Pseudolabel]], origin: PseudolabelOrigin
    ) throws -> [[Pseudolabel]] {
        guard probabilities.count == images.count * classes.count else {
            throw CAPError(
                "\(probabilities.count) probabilities do not go with \(images.count) images and \(classes.count) classes.")
        }
        var lists = [[Pseudolabel]](repeating: [], count: classCount)
        switch rule {
        case .leaderboard:
            var board = try Leaderboard(
                classCount: classes.count, classes: Array(classes.indices), capacity: count, nameRanks: nameRanks,
                filling: .byArrival)
            for (row, image) in images.enumerated() {
                try board.offer(
                    image: image, probabilities: probabilities[row * classes.count..<(row + 1) * classes.count])
            }
            for (label, entries) in zip(classes, board.entries) {
                lists[label] = entries.map {
                    Pseudolabel(image: $0.image, label: label, confidence: $0.probability, origin: origin)
                }
            }
        case .candidates(let rule):
            let sets = try rule.sets(probabilities, classCount: classes.count)
            let fills = classes.map { label in
                previous.indices.contains(label) ? previous[label].count { $0.origin != .candidate } : 0
            }
            let pools = ClassBalancedMatching(
                capacities: ClassBalancedMatching.capacities(count: count, fills: fills)
            ).match(sets)
            for (column, rows) in pools.enumerated() {
                for row in rows {
                    let sum = sets[row].reduce(0) { $0 + $1.probability }
                    for candidate in sets[row] {
                        let label = classes[candidate.label]
                        lists[label].append(
                            Pseudolabel(
                                image: images[row], label: label, confidence: candidate.probability / sum,
                                origin: candidate.label == column ? origin : .candidate))
                    }
                }
            }
        }
        return lists
    }
}
