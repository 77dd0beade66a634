import DemoData
import Testing

@Suite struct RandomStreamTests {
    /// The reference implementation's first outputs for seed 1234567 (Vigna, splitmix64.c).
    @Test func followsSplitMix64() {
        var stream = RandomStream(seed: 1_234_567)
        let reference: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(reference.indices.map { _ in stream.next() } == reference)
    }

    @Test func integersCoverTheirRangeEvenly() {
        var stream = RandomStream(seed: 3)
        var counts = [Int: Int]()
        for _ in 0..<6000 { counts[stream.integer(-1...4), default: 0] += 1 }
        #expect(Set(counts.keys) == Set(-1...4))
        // Five standard deviations of a binomial with n = 6000, p = 1/6.
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
    }

    @Test func normalDeviatesHaveZeroMeanAndUnitVariance() {
        var stream = RandomStream(seed: 4)
        let values = (0..<20_000).map { _ in Double(stream.approximateNormal()) }
        let mean = values.reduce(0, +) / 20_000
        let variance = values.map { $0 * $0 }.reduce(0, +) / 20_000 - mean * mean
        #expect(abs(mean) < 0.03)
        #expect(abs(variance - 1) < 0.04)
    }
}
