/// An endless stream over a list of samples: shuffled, and shuffled anew whenever it is exhausted.
///
/// The order of a pass is a function of the seed, the stream's number and the pass, so a stream can be put back to
/// where it was from two integers.
public struct SampleStream: Sendable {
    /// Number of samples in the list.
    public let count: Int
    /// How often the list has been gone through, and how far it is gone through now.
    public private(set) var pass: Int
    public private(set) var position: Int

    private let seed: UInt64
    private let number: UInt64
    private var order: [Int]

    /// - Parameter number: tells the streams of one seed apart; below 2³².
    public init(count: Int, seed: UInt64, number: Int, pass: Int = 0, position: Int = 0) {
        self.count = count
        self.seed = seed
        self.number = UInt64(number)
        self.pass = max(0, pass)
        self.position = max(0, min(position, count))
        order = []
        order = shuffled()
    }

    /// The next `size` indices of the list. Where the list ends the next pass begins; an empty list gives none.
    public mutating func next(_ size: Int) -> [Int] {
        guard count > 0 else { return [] }
        var batch: [Int] = []
        batch.reserveCapacity(size)
        while batch.count < size {
            if position == count { beginPass() }
            let taken = min(size - batch.count, count - position)
            batch += order[position..<(position + taken)]
            position += taken
        }
        return batch
    }

    /// The next `size` indices of the list, or those that the pass still has; where it has none the next begins.
    public mutating func nextOfPass(_ size: Int) -> [Int] {
        if position == count, count > 0 { beginPass() }
        return next(min(size, count - position))
    }

    /// Leaves out what the pass still has.
    public mutating func endPass() {
        position = count
    }

    private mutating func beginPass() {
        pass += 1
        position = 0
        order = shuffled()
    }

    private func shuffled() -> [Int] {
        var generator = SeededGenerator(seed: seed, stream: number << 32 | UInt64(pass))
        return generator.permutation(count)
    }
}
