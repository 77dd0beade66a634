import CAP
import Testing

struct SeededGeneratorTests {
    @Test func streamsOfOneSeedDiffer() {
        var draws: Set<UInt64> = []
        for stream in UInt64(0)..<100 {
            var generator = SeededGenerator(seed: 9, stream: stream)
            draws.insert(generator.next())
            draws.insert(generator.next())
        }
        #expect(draws.count == 200)
    }

    /// The counter of SplitMix64 recovered from two outputs: undoing the mixing gives numbers one increment apart.
    @Test func outputsAreASplitMix64Sequence() {
        func unmixed(_ value: UInt64) -> UInt64 {
            var z = value
            z = z ^ (z >> 31) ^ (z >> 62)
            z = z &* 0x3196_42B2_D24D_8EC3
            z = z ^ (z >> 27) ^ (z >> 54)
            z = z &* 0x96DE_1B17_3F11_9089
            return z ^ (z >> 30) ^ (z >> 60)
        }
        var generator = SeededGenerator(seed: 123)
        let first = unmixed(generator.next())
        #expect(unmixed(generator.next()) &- first == 0x9E37_79B9_7F4A_7C15)
    }

    @Test func uniformNumbersFillTheUnitIntervalEvenly() {
        var generator = SeededGenerator(seed: 2)
        let draws = (0..<10_000).map { _ in generator.uniform() }
        #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(draws.reduce(0, +) / 10_000 - 0.5) < 0.01)
    }

    @Test func everyIndexIsDrawnEquallyOften() {
        var generator = SeededGenerator(seed: 4)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7_000 { counts[generator.index(below: 7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 1_000) < 120 })
    }

    @Test func aPermutationHoldsEveryPositionOnce() {
        var generator = SeededGenerator(seed: 6)
        let order = generator.permutation(50)
        #expect(order.sorted() == Array(0..<50))
        #expect(order != Array(0..<50))
        #expect(generator.permutation(0).isEmpty)
    }
}
