/// A plate with a bold arrow on a post.
struct RoadSign: Texture {
    private let (plate, arrow, ground): (Color, Color, Color)
    private let round: Bool

    init(using random: inout RandomStream) {
        (plate, arrow) = Palette.contrast(&random)
        ground = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.1...0.5), value: random.uniform(0.4...0.85))
        round = random.chance(0.5)
    }

    func color(at p: Point, footprint: Float) -> Color {
        let width = footprint * 1.5
        let post = max(abs(p.x) - 0.08, -p.y)
        var result = mix(Color(repeating: 0.45), ground * (1 - 0.15 * p.y), ramp(0, post, width: width))
        let outline = round ? length(p) - 0.85 : max(abs(p.x), abs(p.y)) - 0.78
        result = mix(plate, result, ramp(0, outline, width: width))
        let rim = abs(outline + 0.1) - 0.035
        result = mix(arrow, result, ramp(0, rim, width: width))
        let head = max(abs(p.y) + p.x - 0.52, -p.x - 0.02)
        let shaft = max(abs(p.y) - 0.13, abs(p.x + 0.25) - 0.3)
        return mix(arrow, result, ramp(0, min(head, shaft), width: width))
    }
}
