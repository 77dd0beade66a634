import Glibc

/// A single tree in a field.
struct Tree: Texture {
    private let (leaf, bark, sky, field): (Color, Color, Color, Color)
    private let salt: UInt32

    init(using random: inout RandomStream) {
        leaf = Palette.color(
            hue: random.uniform(0.1...0.36), saturation: random.uniform(0.4...0.8),
            value: random.uniform(0.3...0.65))
        bark = Palette.color(
            hue: random.uniform(0.04...0.1), saturation: 0.5, value: random.uniform(0.2...0.4))
        sky = Palette.color(
            hue: random.uniform(0.5...0.65), saturation: random.uniform(0.05...0.5),
            value: random.uniform(0.75...0.98))
        field = Palette.color(
            hue: random.uniform(0.12...0.35), saturation: random.uniform(0.3...0.7),
            value: random.uniform(0.4...0.8))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let soft = max(0.03, footprint * 1.5)
        var result = mix(sky, field, ramp(0.75 + 0.05 * sinf(p.x * 2), p.y, width: soft))
        let trunk = max(abs(p.x) - 0.09 - max(p.y - 0.5, 0) * 0.1, abs(p.y - 0.45) - 0.45)
        result = mix(bark, result, ramp(0, trunk, width: soft))
        let lobes = 0.22 * Noise.fractal(p * 2.4, octaves: 3, salt: salt)
        let crown = length((p + Point(0, 0.3)) / Point(1, 0.85)) - 0.62 + lobes
        let shade =
            mix(1.15, 0.55, clamp01(0.5 + p.x * 0.5 + p.y * 0.6))
            * (1 + 0.3 * Noise.value(p * 9, salt: salt &+ 5))
        return mix(leaf * shade, result, ramp(0, crown, width: soft))
    }
}
