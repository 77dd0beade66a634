/// Rows of overlapping round scales, each lit along its rim.
struct FishScales: Texture {
    private let (body, rim): (Color, Color)
    private let roundness: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        body = Palette.any(&random)
        rim = mix(body, Color(repeating: 1), random.uniform(0.35...0.8))
        roundness = random.uniform(0.56...0.68)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        // Scales hang from rows half a unit apart. The row above covers the one below, so the first hit counts.
        let y = p.y * 2
        let bottom = Noise.lattice(y)
        for step in 0...3 {
            let row = bottom &- Int32(step)
            let offset: Float = row & 1 == 0 ? 0 : 0.5
            let column = Noise.lattice(p.x - offset + 0.5)
            let center = Point(Float(column) + offset, Float(row) * 0.5)
            let distance = length(p - center) / roundness
            if distance < 1 {
                let tone = 0.8 + 0.3 * Noise.cell(column, row, salt: salt)
                let lit = mix(body * 0.45, body, clamp01(distance * 1.3 - 0.1)) * tone
                let shine = mix(lit, rim, ramp(0.82, distance, width: 0.15))
                return mix(shine, body * 0.15, ramp(0.97, distance, width: max(0.05, footprint * 2)))
            }
        }
        return body * 0.3
    }
}
