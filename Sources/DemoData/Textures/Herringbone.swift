/// Oblong blocks laid at right angles to each other, end against side, as in parquet floors.
struct Herringbone: Texture {
    private static let blockLength = 4
    private let (first, second): (Color, Color)
    private let joint: Color
    private let salt: UInt32

    init(using random: inout RandomStream) {
        first = random.chance(0.6) ? Palette.wood(&random) : Palette.any(&random)
        second = first * random.uniform(0.55...0.85)
        joint = first * random.uniform(0.15...0.4)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let n = Self.blockLength
        let scaled = p * 4
        let floor = scaled.rounded(.down)
        let t = scaled - floor
        let (i, j) = (Int(Noise.lattice(floor.x)), Int(Noise.lattice(floor.y)))
        // Along every row, n cells of one horizontal block alternate with n cells of upright ones, one step later per row.
        let phase = ((i - j) % (2 * n) + 2 * n) % (2 * n)
        let horizontal = phase < n
        let along = horizontal ? Float(phase) + t.x : Float(2 * n - 1 - phase) + t.y
        let across = horizontal ? t.y : t.x
        let (blockX, blockY) = horizontal ? (i - phase, j) : (i, j - (2 * n - 1 - phase))
        let tone = Noise.cell(
            Int32(truncatingIfNeeded: blockX), Int32(truncatingIfNeeded: blockY), salt: salt)
        let grain = Noise.value(Point(along * 0.8, across * 7 + tone * 50), salt: salt &+ 1)
        let edge = min(min(across, 1 - across), min(along, Float(n) - along))
        let board =
            mix(horizontal ? first : second, horizontal ? second : first, tone * 0.35) * (1 + 0.1 * grain)
        return mix(joint, board, ramp(0.06, edge, width: max(footprint * 4, 0.05)))
    }
}
