/// Courses of bricks in mortar, every other course shifted by half a brick.
struct BrickWall: Texture {
    private let (brick, mortar): (Color, Color)
    private let salt: UInt32

    init(using random: inout RandomStream) {
        brick = Palette.color(
            hue: random.uniform(-0.02...0.09), saturation: random.uniform(0.3...0.75),
            value: random.uniform(0.35...0.75))
        mortar = Palette.color(
            hue: 0.1, saturation: random.uniform(0...0.2), value: random.uniform(0.6...0.9))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let y = p.y * 2.4
        let row = Noise.lattice(y)
        let x = p.x + (row & 1 == 0 ? 0 : 0.5)
        let column = Noise.lattice(x)
        let (u, v) = (fraction(x), fraction(y))
        let edge = min(min(u, 1 - u), min(v, 1 - v) / 2.4)
        let tone = 0.7 + 0.5 * Noise.cell(column, row, salt: salt)
        let grit = 1 + 0.18 * Noise.fractal(p * 9, octaves: 2, salt: salt &+ 1)
        return mix(
            mortar * (0.9 + 0.1 * grit), brick * tone * grit,
            ramp(0.045, edge, width: max(0.03, footprint * 1.3)))
    }
}
