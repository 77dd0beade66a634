/// Rows of flat tiles, each row shading the one below, joints staggered.
struct RoofTiles: Texture {
    private let tile: Color
    private let salt: UInt32

    init(using random: inout RandomStream) {
        tile =
            random.chance(0.7)
            ? Palette.color(
                hue: random.uniform(0...0.08), saturation: random.uniform(0.35...0.8),
                value: random.uniform(0.35...0.75))
            : Palette.color(
                hue: random.uniform(0.5...0.7), saturation: random.uniform(0...0.35),
                value: random.uniform(0.3...0.6))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let row = Noise.lattice(p.y)
        let offset = (row & 1 == 0 ? 0 : 0.5) + 0.12 * Noise.cell(row, 7, salt: salt)
        let x = p.x * 1.25 + offset
        let column = Noise.lattice(x)
        let u = fraction(x)
        let sag = 0.1 * (Noise.cell(column, row, salt: salt &+ 3) - 0.5)
        let v = clamp01(fraction(p.y) + sag)
        let tone = 0.75 + 0.5 * Noise.cell(column, row, salt: salt &+ 1)
        let shadow = mix(0.3, 1, ramp(0.12, v, width: 0.3)) * mix(0.85, 1.15, v)
        let lip = 1 + 0.35 * (ramp(0.85, v, width: 0.1) - ramp(0.97, v, width: 0.06))
        let joint = ramp(0.04, min(u, 1 - u), width: max(0.05, footprint))
        let grit = 1 + 0.1 * Noise.value(p * 18, salt: salt &+ 2)
        return tile * (tone * shadow * lip * grit * mix(0.35, 1, joint))
    }
}
