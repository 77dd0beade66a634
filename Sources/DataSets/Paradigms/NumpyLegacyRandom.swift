/// numpy's legacy random generator (`numpy.random.seed`, `RandomState`): MT19937 and the draws the splits are
/// made of.
///
///     var random = NumpyLegacyRandom(seed: 0)
///     random.permutation(10)                  // [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]
///
/// The same numbers as numpy gives for the same seed, so that a split made here is the split a Python program
/// makes. Source: Matsumoto and Nishimura, "Mersenne Twister" (1998), seeded with a single word.
public struct NumpyLegacyRandom: Sendable {
    private static let size = 624
    private static let shift = 397

    private var state: [UInt32]
    private var position = NumpyLegacyRandom.size

    /// The generator after `numpy.random.seed(seed)`.
    public init(seed: UInt32) {
        state = [seed]
        state.reserveCapacity(Self.size)
        for index in 1..<UInt32(Self.size) {
            let last = state[state.count - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
        }
    }

    /// The next 32 random bits.
    public mutating func next() -> UInt32 {
        if position == Self.size { twist() }
        var word = state[position]
        position += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    /// A whole number drawn evenly from 0 ... `bound`, by masking and trying again, as numpy's legacy
    /// functions do.
    public mutating func integer(through bound: UInt32) -> UInt32 {
        if bound == 0 { return 0 }
        let mask = UInt32.max >> bound.leadingZeroBitCount
        while true {
            let candidate = next() & mask
            if candidate <= bound { return candidate }
        }
    }

    /// 0 ..< `count` in random order: `numpy.random.permutation(count)`.
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(0, count))
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(integer(through: UInt32(truncatingIfNeeded: last))))
        }
        return order
    }

    /// `size` different members of 0 ..< `count` in the order they were drawn:
    /// `numpy.random.choice(range(count), size=size, replace=False)`. All of them when `size` is not smaller.
    public mutating func choice(from count: Int, size: Int) -> [Int] {
        Array(permutation(count).prefix(max(0, size)))
    }

    private mutating func twist() {
        for index in 0..<Self.size {
            let bits = (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7fff_ffff)
            let mixed = state[(index + Self.shift) % Self.size] ^ (bits >> 1)
            state[index] = bits & 1 == 0 ? mixed : mixed ^ 0x9908_b0df
        }
        position = 0
    }
}

extension NumpyLegacyRandom {
    /// `size` members of 0 ..< `count` drawn at random and the rest, both in the order a Python program gets:
    ///
    ///     chosen = numpy.random.choice(range(count), size, replace=False)
    ///     rest = list(set(range(count)) - set(chosen))
    public mutating func partition(_ count: Int, choosing size: Int) -> (chosen: [Int], rest: [Int]) {
        let chosen = choice(from: count, size: size)
        return (chosen, PythonSetOrder.rest(of: count, without: chosen))
    }
}
