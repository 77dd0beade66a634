/// Out-of-focus lamps above a dark street.
struct NightStreet: Texture {
    private let (sky, street): (Color, Color)
    private let hue: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        sky = Palette.color(
            hue: random.uniform(0.55...0.75), saturation: random.uniform(0.3...0.8),
            value: random.uniform(0.05...0.25))
        street = Palette.color(
            hue: random.uniform(0.05...0.12), saturation: 0.3, value: random.uniform(0.15...0.35))
        hue = random.uniform(0.05...0.15)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        var result = mix(sky, street, ramp(0.3, p.y, width: 0.5))
        for index in Int32(0)..<9 {
            let number = { (n: UInt32) in Noise.cell(index, 3, salt: salt &+ n) }
            let center = Point(number(0) * 3 - 1.5, number(1) * 1.4 - 1.1)
            let radius = mix(0.1, 0.28, number(2))
            let glow = 1 - ramp(radius, length(p - center), width: 0.12)
            let lamp = Palette.color(
                hue: hue + 0.15 * (number(3) - 0.5), saturation: mix(0.3, 0.8, number(4)), value: 1)
            result = mix(result, lamp, glow * 0.8)
            let mirrored = Point(center.x, 1.2 - center.y * 0.5)
            let streak = 1 - clamp01(length((p - mirrored) * Point(3.5, 0.9)) / 0.8)
            result = mix(result, lamp, streak * 0.4)
        }
        return result
    }
}
