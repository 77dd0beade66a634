/// Amber syrup running down in thick drops.
struct Honey: Texture {
    private let (amber, ground): (Color, Color)
    private let salt: UInt32

    init(using random: inout RandomStream) {
        amber = Palette.color(
            hue: random.uniform(0.06...0.12), saturation: random.uniform(0.75...0.98),
            value: random.uniform(0.65...0.95))
        ground = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.05...0.4), value: random.uniform(0.6...0.95))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let flow = Noise.fractal(Point(p.x * 1.6, 0.5), octaves: 2, salt: salt) * 0.9 + 0.1
        let depth = flow - p.y + 0.15 * Noise.value(p * 1.5, salt: salt &+ 1)
        let inside = ramp(0, depth, width: max(0.06, footprint))
        let rim = clamp01(1 - abs(depth) * 3)
        let glow = mix(amber * 0.55, amber * 1.05, clamp01(depth * 0.9))
        let shine = ramp(0.75, Noise.value(Point(p.x * 2.4, p.y * 0.9), salt: salt &+ 2), width: 0.3)
        return mix(ground, mix(glow, amber * 0.35, rim * 0.7) + shine * 0.3, inside)
    }
}
