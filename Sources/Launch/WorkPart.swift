/// One of several equal runs of a work's images, such as `2/4`: what a job of an array does of it, without knowing of the others.
public struct WorkPart: Sendable, Equatable, CustomStringConvertible {
    /// From 1 to `count`.
    public let number: Int
    public let count: Int

    /// - Parameter text: number and count, as in `2/4`; nil for what is not.
    public init?(_ text: String) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1], (1...65_536).contains(count),
            (1...count).contains(number)
        else { return nil }
        (self.number, self.count) = (number, count)
    }

    public var description: String { "\(number)/\(count)" }

    /// Its images, of which there are `total`, in whole batches; the parts are as long as each other but for a batch, and the last
    /// may be empty.
    public func images(of total: Int, batch: Int) -> Range<Int> {
        let batches = (total + batch - 1) / batch
        func start(_ part: Int) -> Int { min(total, batches * part / count * batch) }
        return start(number - 1)..<start(number)
    }
}
