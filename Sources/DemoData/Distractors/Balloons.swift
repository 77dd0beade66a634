import Glibc

/// Glossy balloons on strings.
struct Balloons: Texture {
    private let sky: Color
    private let hue: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        sky = Palette.color(
            hue: random.unit(), saturation: random.uniform(0.05...0.4), value: random.uniform(0.6...0.98))
        hue = random.unit()
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let soft = footprint * 1.5
        var result = sky
        for index in Int32(0)..<5 {
            let number = { (n: UInt32) in Noise.cell(index, 11, salt: salt &+ n) }
            let center = Point(number(0) * 1.8 - 0.9, number(1) * 1.5 - 0.95)
            let radius = mix(0.28, 0.48, number(2))
            let rubber = Palette.color(
                hue: hue + number(3), saturation: mix(0.6, 0.95, number(4)), value: mix(0.6, 0.95, number(5)))
            let string = max(abs(p.x - center.x + 0.05 * sinf(p.y * 7)) - 0.015, center.y - p.y)
            result = mix(Color(repeating: 0.3), result, ramp(0, string, width: soft))
            let local = (p - center) / Point(1, 1.2)
            let distance = length(local)
            let lit = rubber * mix(1.1, 0.6, clamp01(distance / radius))
            let spot = 1 - ramp(radius * 0.22, length(local + radius * 0.4), width: 0.1)
            result = mix(lit + spot * 0.5, result, ramp(radius, distance, width: soft))
        }
        return result
    }
}
