/// Random numbers that are a function of a key and a counter: the same seed and stream give the same numbers whichever
/// thread asks, and whatever was drawn before.
///
///     var generator = Philox(seed: 7, stream: UInt64(step) << 32 | UInt64(image))
///     let view = try crop.render(pixels, using: &generator)
///
/// Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox: RandomNumberGenerator, Sendable {
    private let key: SIMD2<UInt32>
    private var counter: SIMD4<UInt32>
    private var spare: UInt64?

    /// - Parameters:
    ///   - seed: names the experiment.
    ///   - stream: names what is drawn for, such as an image at a step. Streams do not overlap.
    public init(seed: UInt64, stream: UInt64 = 0) {
        key = Self.words(seed)
        let high = Self.words(stream)
        counter = SIMD4(0, 0, high.x, high.y)
    }

    public mutating func next() -> UInt64 {
        if let spare {
            self.spare = nil
            return spare
        }
        let block = Self.block(counter: counter, key: key)
        counter.x &+= 1
        if counter.x == 0 {
            counter.y &+= 1
        }
        spare = UInt64(block.w) << 32 | UInt64(block.z)
        return UInt64(block.y) << 32 | UInt64(block.x)
    }

    /// The four words that ten rounds make of a counter under a key.
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (counter, key) = (counter, key)
        for _ in 0..<10 {
            let first = counter.x.multipliedFullWidth(by: 0xD251_1F53)
            let second = counter.z.multipliedFullWidth(by: 0xCD9E_8D57)
            counter = SIMD4(
                second.high ^ counter.y ^ key.x, second.low, first.high ^ counter.w ^ key.y, first.low)
            key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return counter
    }

    private static func words(_ value: UInt64) -> SIMD2<UInt32> {
        SIMD2(UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32))
    }
}
