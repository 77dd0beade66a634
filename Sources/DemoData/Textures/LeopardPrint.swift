/// Broken dark rosettes with darker hearts on a tawny coat.
struct LeopardPrint: Texture {
    private let (coat, spot): (Color, Color)
    private let salt: UInt32

    init(using random: inout RandomStream) {
        coat =
            random.chance(0.8)
            ? Palette.color(
                hue: random.uniform(0.06...0.13), saturation: random.uniform(0.3...0.75),
                value: random.uniform(0.7...0.95))
            : Palette.color(
                hue: random.unit(), saturation: random.uniform(0.05...0.6), value: random.uniform(0.75...0.95)
            )
        spot = coat * random.uniform(0.08...0.2)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let warped =
            p + 0.16 * Point(Noise.value(p * 2.5, salt: salt &+ 2), Noise.value(p * 2.5, salt: salt &+ 3))
        let (nearest, _, x, y) = Voronoi.nearest(to: warped, jitter: 0.55, salt: salt)
        let size = mix(0.26, 0.36, Noise.cell(x, y, salt: salt &+ 4))
        let broken = Noise.value(p * 2.2, salt: salt &+ 5)
        let ring =
            ramp(size - 0.13, nearest, width: 0.1) - ramp(size, nearest, width: max(0.06, footprint * 1.5))
        let ink = ring * ramp(-0.35, broken, width: 0.25)
        let heart = (1 - ramp(size - 0.13, nearest, width: 0.1)) * 0.5
        let fur = 1 + 0.08 * Noise.value(p * Point(6, 18), salt: salt &+ 6)
        return mix(mix(coat, coat * 0.65, heart), spot, clamp01(ink)) * fur
    }
}
