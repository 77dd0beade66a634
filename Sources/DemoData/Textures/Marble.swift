/// Polished stone with wandering veins.
struct Marble: Texture {
    private let (ground, vein): (Color, Color)
    private let turbulence: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        let light = Palette.color(
            hue: random.unit(), saturation: random.uniform(0...0.25), value: random.uniform(0.75...0.97))
        let dark = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.05...0.5), value: random.uniform(0.08...0.4))
        (ground, vein) = random.chance(0.7) ? (light, dark) : (dark, light)
        turbulence = random.uniform(1.2...2)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let warp = Point(
            Noise.fractal(p * 0.8, octaves: 4, salt: salt),
            Noise.fractal(p * 0.8 + 31, octaves: 4, salt: salt &+ 50))
        let q = p * 0.8 + warp * turbulence
        let main = 1 - min(abs(Noise.fractal(q * 0.7, octaves: 2, salt: salt &+ 90)) * 5, 1)
        let fine = 1 - min(abs(Noise.fractal(q * 1.7, octaves: 3, salt: salt &+ 130)) * 7, 1)
        let cloud = 0.16 * Noise.fractal(q * 0.5, octaves: 2, salt: salt &+ 170)
        return mix(ground, vein, clamp01(main * main * 0.9 + fine * fine * 0.4 + cloud))
    }
}
