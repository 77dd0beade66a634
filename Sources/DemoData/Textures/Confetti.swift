import Glibc

/// Small paper pieces of many colours thrown over a plain ground.
struct Confetti: Texture {
    private let ground: Color
    private let hue: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        ground =
            random.chance(0.6)
            ? Palette.color(
                hue: random.unit(), saturation: random.uniform(0...0.15), value: random.uniform(0.8...0.98))
            : Palette.color(
                hue: random.unit(), saturation: random.uniform(0.2...0.8), value: random.uniform(0.1...0.3))
        hue = random.unit()
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        var result = ground
        let (x, y) = (Noise.lattice(p.x), Noise.lattice(p.y))
        for dy in Int32(-1)...1 {
            for dx in Int32(-1)...1 {
                result = piece(cell: x &+ dx, y &+ dy, at: p, footprint: footprint, over: result)
            }
        }
        return result
    }

    private func piece(cell x: Int32, _ y: Int32, at p: Point, footprint: Float, over below: Color) -> Color {
        let number = { (n: UInt32) in Noise.cell(x, y, salt: salt &+ n &* 977) }
        guard number(0) < 0.85 else { return below }
        let offset = p - Point(Float(x) + number(1), Float(y) + number(2))
        let angle = number(3) * .pi
        let (c, s) = (cosf(angle), sinf(angle))
        let local = Point(abs(c * offset.x + s * offset.y), abs(c * offset.y - s * offset.x))
        let half = Point(mix(0.22, 0.38, number(4)), mix(0.1, 0.2, number(5)))
        let edge = max(local.x - half.x, local.y - half.y)
        let paper = Palette.color(
            hue: hue + number(6), saturation: mix(0.55, 0.95, number(7)), value: mix(0.6, 0.95, number(8)))
        return mix(paper, below, ramp(0, edge, width: footprint * 1.5))
    }
}
