import CVectors
import FoundationEssentials
import Parallel
import Runs

/// The order in which images are asked about: first those whose answer is likely to be another than what the run makes of them.
///
/// An image is likely to be of another class where its feature lies nearer to the mean feature (the prototype) of another class than
/// to that of its own, and where the adapted model's two most probable classes are nearly as probable. Each image has a rank by
/// the one and by the other, and their weighted sum decides: the idea of confident learning (Northcutt, Jiang and Chuang, "Confident
/// learning: estimating uncertainty in dataset labels", JAIR 2021), where a label counts as an error if the model is as sure of another
/// class as it usually is of that. Features of frozen CLIP stand in for its predictions out of sample, since the adapted
/// model's own probabilities have learned the errors.
///
/// The classes that images are taken for have turns, the likeliest error of each first: else a few answers would be of the few classes
/// with the most errors, and training would learn those at the others' expense. docs/review.md has what this finds on the
/// demonstration, and what the answers are worth there.
public struct ReviewRanking: Sendable {
    /// An image and what is known of it; classes are the run's.
    public struct Item: Sendable {
        public let image: Int
        public let top: TopTwo
        public let zeroShot: Int
        public let zeroShotProbability: Float
        /// The class that the data set says; nil for images without a label.
        public let given: Int?

        public init(image: Int, top: TopTwo, zeroShot: Int, zeroShotProbability: Float, given: Int?) {
            self.image = image
            self.top = top
            self.zeroShot = zeroShot
            self.zeroShotProbability = zeroShotProbability
            self.given = given
        }

        /// The class that the run takes the image for.
        public var own: Int { given ?? top.label }

        /// What the model gives the own class; nil where that is neither its first nor its second.
        public var ownProbability: Float? {
            own == top.label ? top.probability : own == top.runnerUp ? top.runnerUpProbability : nil
        }

        /// The most probable class but the own one, −1 where there is none, and what the model gives it.
        public var rival: (label: Int, probability: Float) {
            own == top.label ? (top.runnerUp, top.runnerUpProbability) : (top.label, top.probability)
        }

        /// How much more probable the own class is than any other; negative where another is more.
        package var margin: Float { (ownProbability ?? 0) - rival.probability }
    }

    /// Where an image lies among the prototypes.
    public struct Place: Sendable {
        /// The other class whose prototype is nearest; −1 where there is none.
        public let nearest: Int
        /// How much nearer that is than the own class's, in cosines; negative where the own is nearer.
        public let excess: Float
        /// Cosine to the own class's prototype.
        public let cosine: Float
    }

    public let items: [Item]
    /// Of each item.
    public let places: [Place]
    /// Positions in `items`: of each class that images are taken for the likeliest error, the likeliest of these first; then of each
    /// class the next.
    public let order: [Int]

    /// What low margins, and disagreement with zero-shot CLIP, weigh beside the distance from prototypes.
    private static let marginWeight = 0.2
    private static let disagreementWeight = 0.03

    /// - Parameters:
    ///   - features: L2-normalised image features of all images, row-major `[images, dim]`.
    ///   - classCount: of the run.
    ///   - advance: told of every so many images that they are placed, from any thread.
    public init(
        _ items: [Item], features: [Float], dim: Int, classCount: Int, advance: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.items = items
        places = Self.places(items, features: features, dim: dim, classCount: classCount, advance)
        let far = Self.ranks(places.map { $0.nearest < 0 ? -2 : Double($0.excess) })
        let close = Self.ranks(items.map { -Double($0.margin) })
        let scores = items.indices.map { row in
            far[row] + Self.marginWeight * close[row]
                + (items[row].zeroShot == items[row].own ? 0 : Self.disagreementWeight)
        }
        let likeliest = items.indices.sorted { (scores[$1], items[$0].image) < (scores[$0], items[$1].image) }
        order = Self.inTurns(likeliest, classes: items.map(\.own))
    }

    /// Rows in turns over their classes; within a turn, and within a class, they stay in their order.
    private static func inTurns(_ rows: [Int], classes: [Int]) -> [Int] {
        var turns: [[Int]] = []
        var taken: [Int: Int] = [:]
        for row in rows {
            let turn = taken[classes[row], default: 0]
            taken[classes[row]] = turn + 1
            if turn == turns.count { turns.append([]) }
            turns[turn].append(row)
        }
        return turns.flatMap { $0 }
    }

    /// Ranks from 0 to 1, the largest last; equal values have the mean of their ranks.
    package static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in order[start..<end] { ranks[place] = Double(start + end - 1) / 2 / Double(max(1, values.count - 1)) }
            start = end
        }
        return ranks
    }

    private static func places(
        _ items: [Item], features: [Float], dim: Int, classCount: Int, _ advance: @escaping @Sendable (Int) -> Void
    ) -> [Place] {
        var prototypes = [Float](repeating: 0, count: classCount * dim)
        var isKnown = [Bool](repeating: false, count: classCount)
        for item in items {
            isKnown[item.own] = true
            let (row, start) = (item.image * dim, item.own * dim)
            for index in 0..<dim { prototypes[start + index] += features[row + index] }
        }
        for label in 0..<classCount {
            let range = label * dim..<(label + 1) * dim
            let length = prototypes[range].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            for index in range where length > 0 { prototypes[index] /= length }
        }
        let (known, threads) = (isKnown, ProcessInfo.processInfo.activeProcessorCount)
        return features.withUnsafeBufferPointer { features in
            prototypes.withUnsafeBufferPointer { prototypes in
                let (features, prototypes) = (SharedBuffer(reading: features), SharedBuffer(reading: prototypes))
                return inParts(of: items.count, threads: threads) { part in
                    part.map { row in
                        let item = items[row]
                        if row % 1024 == 1023 { advance(1024) }
                        var (nearest, best, own) = (-1, -Float.infinity, Float(0))
                        for label in 0..<classCount where known[label] {
                            let cosine = cvectors_dot(features.start + item.image * dim, prototypes.start + label * dim, dim)
                            if label == item.own {
                                own = cosine
                            } else if cosine > best {
                                (nearest, best) = (label, cosine)
                            }
                        }
                        return Place(nearest: nearest, excess: nearest < 0 ? 0 : best - own, cosine: own)
                    }
                }
                .flatMap { $0 }
            }
        }
    }
}
