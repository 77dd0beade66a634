/// Columns of V-shaped stitches in yarn.
struct Knitted: Texture {
    private let yarn: Color
    private let second: Color
    private let stripe: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        yarn = Palette.any(&random)
        second = random.chance(0.4) ? Palette.any(&random) : yarn
        stripe = random.uniform(2...4)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let u = fraction(p.x) - 0.5
        let y = (p.y + abs(u) * 1.1) * 1.4
        let v = fraction(y)
        // Two slanted legs per stitch, each a rounded roll of yarn.
        let leg = 1 - abs(abs(u) - 0.25) * 4
        let roll = 4 * v * (1 - v)
        let shade = mix(0.22, 1.05, clamp01(leg * 1.3)) * mix(0.35, 1, roll)
        let fuzz = 1 + 0.15 * Noise.value(p * Point(14, 9), salt: salt)
        let banded = fraction(y.rounded(.down) / (2 * stripe)) < 0.5
        return (banded ? yarn : second) * shade * fuzz
    }
}
