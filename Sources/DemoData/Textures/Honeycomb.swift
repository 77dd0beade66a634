/// Six-sided cells sharing thin walls.
struct Honeycomb: Texture {
    private let (wall, hollow): (Color, Color)
    private let thickness: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        if random.chance(0.5) {
            wall = Palette.color(
                hue: random.uniform(0.08...0.14), saturation: random.uniform(0.4...0.8),
                value: random.uniform(0.7...0.95))
            hollow = wall * random.uniform(0.3...0.5)
        } else {
            (wall, hollow) = Palette.contrast(&random)
        }
        thickness = random.uniform(0.06...0.13)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        // Two rectangular lattices, √3 high, hold the centres of all cells; the nearer centre owns the place.
        let size = Point(1, 1.732_050_8)
        let a = (p / size).rounded(.toNearestOrAwayFromZero)
        let b = ((p - size / 2) / size).rounded(.toNearestOrAwayFromZero)
        let (toA, toB) = (p - a * size, p - b * size - size / 2)
        let first = length(toA) < length(toB)
        let local = first ? toA : toB
        let (u, v) = (abs(local.x), abs(local.y))
        let edge = 0.5 - max(u, 0.5 * u + 0.866_025_4 * v)
        let id = first ? a * 2 : b * 2 + 1
        let tone = 0.75 + 0.4 * Noise.cell(Noise.lattice(id.x), Noise.lattice(id.y), salt: salt)
        let bowl = hollow * tone * mix(0.75, 1.2, clamp01(0.5 + local.y - local.x))
        return mix(wall, bowl, ramp(thickness, edge, width: max(0.04, footprint * 1.3)))
    }
}
