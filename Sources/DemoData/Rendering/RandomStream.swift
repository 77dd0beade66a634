/// A seeded stream of random numbers: SplitMix64 (Steele, Lea & Flood 2014), small, fast and the same everywhere.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in [0, 1), with the 24 bits a `Float` can hold.
    public mutating func unit() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    public mutating func uniform(_ range: ClosedRange<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }

    /// A whole number of the range, every one equally likely to within 2⁻³².
    public mutating func integer(_ range: ClosedRange<Int>) -> Int {
        let count = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(((next() >> 32) &* count) >> 32)
    }

    /// A normal deviate to within what an image needs: the sum of four uniforms, scaled to unit variance.
    public mutating func approximateNormal() -> Float {
        let bits = next()
        let sum =
            Float(bits & 0xFFFF) + Float((bits >> 16) & 0xFFFF) + Float((bits >> 32) & 0xFFFF)
            + Float(bits >> 48)
        return (sum * 0x1p-16 - 2) * 1.732_050_8
    }

    public mutating func chance(_ probability: Float) -> Bool {
        unit() < probability
    }
}
