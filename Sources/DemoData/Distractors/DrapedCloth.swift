import Glibc

/// Plain satin hanging in soft folds.
struct DrapedCloth: Texture {
    private let cloth: Color
    private let folds: Float
    private let salt: UInt32

    init(using random: inout RandomStream) {
        cloth = Palette.any(&random)
        folds = random.uniform(1.2...2.4)
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let bend = 0.6 * Noise.fractal(p * Point(0.7, 0.5), octaves: 2, salt: salt)
        let wave = sinf((p.x + bend) * folds * .pi) + 0.4 * sinf((p.x * 1.7 + bend * 1.5) * folds * .pi + 1)
        let sheen = max(wave, 0)
        return cloth * (0.6 + 0.4 * wave) + Color(repeating: 0.3) * sheen * sheen * sheen
    }
}
