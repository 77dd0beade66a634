/// Equal discs on a regular grid, square or staggered.
struct PolkaDots: Texture {
    private let (ground, dot): (Color, Color)
    private let radius: Float
    private let stagger: Float

    init(using random: inout RandomStream) {
        (ground, dot) = Palette.contrast(&random)
        radius = random.uniform(0.22...0.36)
        stagger = random.chance(0.6) ? 0.5 : 0
    }

    func color(at p: Point, footprint: Float) -> Color {
        let row = p.y.rounded(.down)
        let shifted = p.x + (Noise.lattice(row) & 1 == 0 ? 0 : stagger)
        let distance = length(Point(fraction(shifted) - 0.5, p.y - row - 0.5))
        return mix(dot, ground, ramp(radius, distance, width: footprint * 1.5))
    }
}
