/// Two sets of equal stripes crossing at right angles: white, half tone and full colour.
struct Gingham: Texture {
    private let (light, dark): (Color, Color)
    private let salt: UInt32

    init(using random: inout RandomStream) {
        light = Palette.color(
            hue: random.unit(), saturation: random.uniform(0...0.12), value: random.uniform(0.85...0.98))
        dark = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.5...0.95), value: random.uniform(0.25...0.75))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let warp = stripe(p.x, footprint)
        let weft = stripe(p.y, footprint)
        let thread = 0.06 * Noise.value(p * Point(40, 6), salt: salt)
        return mix(light, dark, (warp + weft) / 2) * (1 + thread)
    }

    private func stripe(_ x: Float, _ footprint: Float) -> Float {
        let t = fraction(x)
        return ramp(0.25, t, width: footprint) - ramp(0.75, t, width: footprint)
    }
}
