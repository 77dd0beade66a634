/// Flat strands passing over and under each other in groups.
struct BasketWeave: Texture {
    private let (warp, weft): (Color, Color)
    private let strands: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        warp = random.chance(0.7) ? Palette.wood(&random) : Palette.any(&random)
        weft = warp * random.uniform(0.7...1)
        strands = Float(random.integer(2...3))
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let floor = p.rounded(.down)
        let t = p - floor
        let horizontal = (Noise.lattice(floor.x) &+ Noise.lattice(floor.y)) & 1 == 0
        let (along, across) = horizontal ? (t.x, t.y * strands) : (t.y, t.x * strands)
        let profile = 4 * fraction(across) * (1 - fraction(across))
        // A strand rises in the middle of its cell and dives under its neighbours at the ends.
        let rise = 4 * along * (1 - along)
        let shade = mix(0.25, 1, profile.squareRoot()) * mix(0.45, 1.1, rise.squareRoot())
        let fibre = Noise.value(horizontal ? p * Point(3, 26) : p * Point(26, 3), salt: salt)
        return (horizontal ? warp : weft) * shade * (1 + 0.12 * fibre)
    }
}
