/// A sawn board: long wavering fibres, now and then bending around a knot.
struct WoodGrain: Texture {
    private let (light, dark): (Color, Color)
    private let frequency: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        light = Palette.wood(&random)
        dark = light * random.uniform(0.4...0.65)
        frequency = random.uniform(1.6...3.2)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let wander = Noise.fractal(p * Point(0.18, 0.9), octaves: 2, salt: salt)
        let knot = Noise.value(p * Point(0.25, 0.5), salt: salt &+ 9)
        let rings = (p.y + wander * 0.5 + knot * knot * 1.2) * frequency
        let t = fraction(rings)
        // Summer wood grows dark slowly and ends sharply.
        let season = t * t * (1 - ramp(0.93, t, width: max(0.12, footprint * frequency)))
        let pores = Noise.value(p * Point(1.5, 22), salt: salt &+ 5)
        return mix(light, dark, clamp01(season * 1.1 + 0.15 * pores))
    }
}
