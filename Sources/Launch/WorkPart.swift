/// One of several equal runs of a work, such as `2/4`: what a job of an array does of it, without knowing of the others, or one of several
/// processes.
public struct WorkPart: Sendable, Equatable, CustomStringConvertible {
    /// From 1 to `count`.
    public let number: Int
    public let count: Int

    public init(number: Int, of count: Int) { (self.number, self.count) = (number, count) }

    /// - Parameter text: number and count, as in `2/4`; nil for what is not.
    public init?(_ text: String) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1], (1...65_536).contains(count),
            (1...count).contains(number)
        else { return nil }
        self.init(number: number, of: count)
    }

    public var description: String { "\(number)/\(count)" }

    /// Which of `total` things it is, in whole blocks of `length`; the parts are as long as each other but for a block, and some may be
    /// empty.
    public func range(of total: Int, inBlocksOf length: Int) -> Range<Int> {
        let blocks = (total + length - 1) / length
        func start(_ part: Int) -> Int { min(total, blocks * part / count * length) }
        return start(number - 1)..<start(number)
    }
}
