/// A plain pullover laid flat.
struct Sweater: Texture {
    private let (wool, ground): (Color, Color)
    private let flare: Float

    init(using random: inout RandomStream) {
        (wool, ground) = Palette.contrast(&random)
        flare = random.uniform(0.35...0.6)
    }

    func color(at p: Point, footprint: Float) -> Color {
        let soft = footprint * 1.5
        let (x, y) = (abs(p.x), p.y)
        let body = max(x - 0.45, abs(y - 0.05) - 0.68)
        // A sleeve is a slanted band from the shoulder down and out.
        let slant = (x - 0.38) * flare + (y + 0.45) * (flare - 1)
        let across = abs((x - 0.38) * 0.86 - (y + 0.4) * flare) - 0.16
        let sleeve = max(max(across, x - 0.95), slant - 0.75)
        let neck = 0.22 - length(Point(p.x, y + 0.66))
        let shape = max(min(body, max(sleeve, 0.2 - x)), neck)
        let hem = 1 - 0.25 * ramp(0.6, y, width: 0.03)
        let fold = 1 - 0.2 * (1 - ramp(0.03, abs(x - 0.42), width: 0.06))
        return mix(wool * hem * fold, ground, ramp(0, shape, width: soft))
    }
}
