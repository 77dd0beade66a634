/// Unbroken zigzag bands in two or three colours.
struct Chevron: Texture {
    private let bands: [Color]
    private let slope: Float

    init(using random: inout RandomStream) {
        let (a, b) = Palette.contrast(&random)
        bands = random.chance(0.6) ? [a, b] : [a, b, Palette.any(&random)]
        slope = random.uniform(0.7...1.3)
    }

    func color(at p: Point, footprint: Float) -> Color {
        let zigzag = abs(fraction(p.x) - 0.5) * 2 * slope
        let t = (p.y + zigzag) * 2
        let band = t.rounded(.down)
        let next = ramp(1, t - band, width: footprint * 4)
        return mix(color(of: band), color(of: band + 1), next)
    }

    private func color(of band: Float) -> Color {
        let index = Int(Noise.lattice(band)) % bands.count
        return bands[index < 0 ? index + bands.count : index]
    }
}
