import DemoData
import Testing

@Suite struct ImageSeedTests {
    @Test func everyPurposeClassAndIndexHasASeedOfItsOwn() {
        var seeds = Set<UInt64>()
        var count = 0
        for base: UInt32 in [0, 1, .max] {
            for purpose in ImagePurpose.allCases {
                for kind in [UInt8(0), 1, 19, 27, .max] {
                    for index in [0, 1, 99, 100, ImageSeed.maximumIndex] {
                        seeds.insert(ImageSeed(base: base, purpose: purpose, kind: kind, index: index).value)
                        count += 1
                    }
                }
            }
        }
        #expect(seeds.count == count)
    }

    /// The purpose can be read back from the seed, so seeds of different purposes differ whatever else they hold.
    @Test(arguments: ImagePurpose.allCases)
    func theSeedTellsThePurpose(_ purpose: ImagePurpose) {
        for base: UInt32 in [0, 0xAAAA_AAAA, .max] {
            for kind in [UInt8.min, 0x55, .max] {
                for index in [0, 0x15_5555, ImageSeed.maximumIndex] {
                    let seed = ImageSeed(base: base, purpose: purpose, kind: kind, index: index)
                    #expect(seed.value >> 30 & 3 == UInt64(purpose.rawValue))
                }
            }
        }
    }

    @Test func streamsOfNeighboringSeedsAreUnlike() {
        var first = ImageSeed(base: 1, purpose: .train, kind: 0, index: 0).stream()
        var second = ImageSeed(base: 1, purpose: .train, kind: 0, index: 1).stream()
        let numbers = (0..<1000).map { _ in (first.unit(), second.unit()) }
        let covariance = numbers.map { Double(($0 - 0.5) * ($1 - 0.5)) }.reduce(0, +) / 1000
        // Four standard errors of the covariance of independent uniforms, (1/12)/√1000.
        #expect(abs(covariance) < 4.0 / 12 / 1000.0.squareRoot())
    }
}
