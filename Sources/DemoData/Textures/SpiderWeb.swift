import Glibc

/// Threads running out from a hub, joined by sagging rounds.
struct SpiderWeb: Texture {
    private let (ground, thread): (Color, Color)
    private let spokes: Int
    private let sag: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        ground = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.1...0.7), value: random.uniform(0.08...0.35))
        thread = Palette.color(
            hue: random.unit(), saturation: random.uniform(0...0.1), value: random.uniform(0.75...0.95))
        spokes = random.integer(9...15)
        sag = random.uniform(0.1...0.25)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let radius = length(p)
        let turn = (atan2f(p.y, p.x) / (2 * .pi) + 0.5) * Float(spokes)
        let sector = Int32(clamping: Int(turn)) % Int32(clamping: spokes)
        let wobble = 0.25 * (Noise.cell(sector, 0, salt: salt) - 0.5)
        let t = fraction(turn)
        let center = abs(t - 0.5) * 2
        let spokeDistance = (1 - center) / 2 * radius * 2 * .pi / Float(spokes)
        // Between two spokes a round hangs inwards, most in the middle.
        let hang: Float = 1 + sag * (1 - center * center)
        let ring = radius * hang + wobble * 0.4
        let ringDistance = abs(fraction(ring) - 0.5)
        let width = max(0.12, footprint * 1.4)
        let line = max(
            1 - ramp(0.05, spokeDistance, width: width), 1 - ramp(0.05, ringDistance, width: width))
        let haze = 1 + 0.5 * Noise.fractal(p * 0.25, octaves: 2, salt: salt &+ 1)
        return mix(ground * haze, thread, line)
    }
}
