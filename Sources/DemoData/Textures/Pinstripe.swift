/// Thin pale lines at equal distances on dark suiting.
struct Pinstripe: Texture {
    private let (cloth, line): (Color, Color)
    private let thickness: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        cloth = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.1...0.7), value: random.uniform(0.12...0.4))
        line = Palette.color(
            hue: random.unit(), saturation: random.uniform(0...0.25), value: random.uniform(0.75...0.95))
        thickness = random.uniform(0.08...0.14)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let distance = abs(fraction(p.x) - 0.5)
        let broken = 0.85 + 0.15 * Noise.value(p * Point(1, 9), salt: salt)
        let twill = 1 + 0.2 * Noise.value(Point(p.x + p.y, p.x - p.y) * Point(5, 14), salt: salt &+ 1)
        return mix(line * broken, cloth * twill, ramp(thickness / 2, distance, width: max(0.04, footprint)))
    }
}
