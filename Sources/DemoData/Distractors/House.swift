/// A gabled house with a door and windows under a plain sky.
struct House: Texture {
    private let (wall, roof, sky, grass): (Color, Color, Color, Color)
    private let width: Float
    private let pitch: Float

    init(using random: inout RandomStream) {
        wall = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.05...0.4), value: random.uniform(0.7...0.95))
        roof = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.2...0.7), value: random.uniform(0.2...0.55))
        sky = Palette.color(
            hue: random.uniform(0.52...0.62), saturation: random.uniform(0.1...0.5),
            value: random.uniform(0.75...0.98))
        grass = Palette.color(
            hue: random.uniform(0.2...0.36), saturation: random.uniform(0.3...0.7),
            value: random.uniform(0.3...0.6))
        width = random.uniform(0.5...0.8)
        pitch = random.uniform(0.6...1.1)
    }

    func color(at p: Point, footprint: Float) -> Color {
        let soft = footprint * 1.5
        var result = mix(sky, grass, ramp(0.7, p.y, width: soft))
        let body = max(abs(p.x) - width, abs(p.y - 0.3) - 0.45)
        result = mix(wall, result, ramp(0, body, width: soft))
        let gable = max(abs(p.x) * pitch - (p.y + 0.15 + width * pitch * 1.1), p.y + 0.12)
        result = mix(roof, result, ramp(0, gable, width: soft))
        let door = max(abs(p.x) - 0.11, abs(p.y - 0.53) - 0.22)
        result = mix(roof * 0.7, result, ramp(0, door, width: soft))
        let window = max(abs(abs(p.x) - width * 0.6) - 0.12, abs(p.y - 0.2) - 0.12)
        return mix(sky * 0.4, result, ramp(0, window, width: soft))
    }
}
