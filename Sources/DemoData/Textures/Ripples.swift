import Glibc

/// Still water disturbed at two or three places, waves crossing.
struct Ripples: Texture {
    private let (deep, sky): (Color, Color)
    private let sources: [Point]

    init(using random: inout RandomStream) {
        let hue = random.chance(0.7) ? random.uniform(0.45...0.65) : random.unit()
        deep = Palette.color(
            hue: hue, saturation: random.uniform(0.4...0.9), value: random.uniform(0.15...0.45))
        sky = Palette.color(
            hue: hue, saturation: random.uniform(0.05...0.35), value: random.uniform(0.75...0.98))
        sources = (0..<random.integer(2...3)).map { _ in
            Point(random.uniform(-3...3), random.uniform(-3...3))
        }
    }

    func color(at p: Point, footprint: Float) -> Color {
        var slope: Float = 0
        for source in sources {
            let offset = p - source
            let distance = length(offset)
            slope +=
                cosf(distance * 2 * .pi) * (offset.x + offset.y) / (distance + 0.3) / (1 + distance * 0.12)
        }
        let t = 0.5 + 0.32 * slope
        let glint = ramp(0.88, t, width: 0.2)
        return mix(mix(deep, sky, clamp01(t) * 0.75), Color(repeating: 1), glint * 0.7)
    }
}
