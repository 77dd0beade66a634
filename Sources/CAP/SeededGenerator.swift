/// A random number generator whose whole future is its seed and stream.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): a counter
/// that advances by a constant, mixed into 64 bits. Two streams of one seed start at unrelated counters, so a stage
/// can give every step its own stream and stay reproducible when steps are skipped or run in another order.
///
/// The drawing functions here are part of what makes a run reproducible: the standard library's own
/// (`Int.random(in:using:)`, `shuffled(using:)`) may change with the toolchain, these do not.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var counter: UInt64

    /// A generator for `seed`; generators with different `stream`s are independent of one another.
    public init(seed: UInt64, stream: UInt64 = 0) {
        counter = Self.mixed(Self.mixed(seed &+ Self.increment) &+ stream &* Self.increment)
    }

    /// 2⁶⁴ divided by the golden ratio, made odd.
    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        counter &+= Self.increment
        return Self.mixed(counter)
    }

    /// A number drawn uniformly from [0, 1), a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// An index drawn uniformly from `0..<bound`.
    ///
    /// Lemire's multiplication with rejection, so no index is favoured.
    ///
    /// - Precondition: `bound` is positive.
    public mutating func index(below bound: Int) -> Int {
        precondition(bound > 0, "an index can only be drawn from a range that holds one")
        let range = UInt64(bound)
        var (high, low) = next().multipliedFullWidth(by: range)
        if low < range {
            let threshold = (0 &- range) % range
            while low < threshold {
                (high, low) = next().multipliedFullWidth(by: range)
            }
        }
        return Int(high)
    }

    /// `0..<count` in a random order (Fisher and Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(count, 0))
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, index(below: last + 1))
        }
        return order
    }
}
