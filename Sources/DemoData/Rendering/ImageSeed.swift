/// What a rendered image is for. Images for different purposes never share a seed.
public enum ImagePurpose: UInt8, CaseIterable, Sendable {
    case train = 0
    case test = 1
    /// Training of the demo checkpoint, which must not see the demo's own images.
    case checkpoint = 2
}

/// The seed of one rendered image: its coordinates packed side by side, so that two images share a seed only when
/// they are the same image.
///
/// Bits, from the top: base seed 32, purpose 2, class 8, index 22.
public struct ImageSeed: Hashable, Sendable {
    public static let maximumIndex = 1 << 22 - 1

    public let value: UInt64

    /// - Parameters:
    ///   - base: the seed given on the command line.
    ///   - kind: the position of the texture in the list it comes from, below 256.
    ///   - index: the position of the image in its class, at most ``maximumIndex``.
    public init(base: UInt32, purpose: ImagePurpose, kind: UInt8, index: Int) {
        precondition((0...Self.maximumIndex).contains(index), "an image's index fits 22 bits")
        value = UInt64(base) << 32 | UInt64(purpose.rawValue) << 30 | UInt64(kind) << 22 | UInt64(index)
    }

    /// The random stream that decides everything about the image.
    public func stream() -> RandomStream {
        // The state is scrambled by a bijection first, because SplitMix64 streams of nearby states overlap in time.
        var scrambler = RandomStream(seed: value)
        return RandomStream(seed: scrambler.next())
    }
}
