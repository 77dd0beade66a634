/// Rounded stones packed together, light on top and dark in the gaps.
struct Cobblestone: Texture {
    private let stone: Color
    private let gap: Color
    private let jitter: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        stone = Palette.stone(&random)
        gap = stone * random.uniform(0.1...0.3)
        jitter = random.uniform(0.6...0.9)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let (nearest, second, x, y) = Voronoi.nearest(to: p, jitter: jitter, salt: salt)
        let tone = 0.6 + 0.7 * Noise.cell(x, y, salt: salt &+ 5)
        let depth = clamp01((second - nearest) * 2.2)
        let dome = depth * (2 - depth)
        let grit = 1 + 0.12 * Noise.value(p * 14, salt: salt &+ 6)
        return mix(
            gap, stone * tone * grit * mix(0.5, 1.15, dome), ramp(0.18, depth, width: max(0.2, footprint * 3))
        )
    }
}
