import Glibc

/// The end of a log: uneven rings around a heart, crossed by a few drying cracks.
struct TreeRings: Texture {
    private let (light, dark): (Color, Color)
    private let wobble: Float
    private let cracks: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        light = Palette.wood(&random)
        dark = light * random.uniform(0.35...0.6)
        wobble = random.uniform(0.15...0.4)
        cracks = Float(random.integer(3...6))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let radius = length(p)
        let angle = atan2f(p.y, p.x)
        let lobes = Noise.fractal(p / max(radius, 0.01) * 1.3, octaves: 2, salt: salt)
        let uneven = 0.3 * Noise.value(Point(radius * 0.9, 3), salt: salt &+ 4)
        let t = fraction(radius * (1 + wobble * lobes) + uneven)
        let ring = t * t * (1 - ramp(0.9, t, width: max(0.15, footprint)))
        let turn = angle / (2 * .pi) * cracks + 0.15 * Noise.value(p * 0.8, salt: salt &+ 2)
        let ray = abs(fraction(turn) - 0.5) * radius / cracks * 6
        let crack = (1 - ramp(0.1, ray, width: 0.12)) * ramp(0.6, radius, width: 0.8)
        return mix(light, dark, clamp01(ring)) * (1 - 0.6 * crack)
            * (1 + 0.06 * Noise.value(p * 9, salt: salt &+ 1))
    }
}
