import Glibc

/// Stripes of many widths and colours crossing at right angles, the same sequence both ways, joined by a twill.
struct Tartan: Texture {
    /// One half of the symmetric sequence of threads, sampled evenly.
    private let sett: [Color]
    private let salt: UInt32

    init(using random: inout RandomStream) {
        let hue = random.unit()
        let ground = Palette.color(
            hue: hue, saturation: random.uniform(0.5...0.9), value: random.uniform(0.3...0.65))
        let second = Palette.color(
            hue: hue + random.uniform(0.2...0.6), saturation: random.uniform(0.4...0.9),
            value: random.uniform(0.1...0.45))
        let line = Palette.color(
            hue: random.unit(), saturation: random.uniform(0...0.7), value: random.uniform(0.8...0.98))
        var threads: [Color] = []
        threads += Array(repeating: ground, count: random.integer(9...14))
        threads += Array(repeating: second, count: random.integer(5...9))
        threads += Array(repeating: line, count: random.integer(1...2))
        threads += Array(repeating: second, count: random.integer(2...5))
        threads += Array(repeating: ground, count: random.integer(3...5))
        threads += Array(repeating: line, count: random.integer(1...3))
        sett = threads
        salt = UInt32(truncatingIfNeeded: random.next())
    }

    func color(at p: Point, footprint: Float) -> Color {
        let twill = sinf((p.x + p.y) * 90)
        let thread = 0.05 * Noise.value(p * 30, salt: salt)
        return mix(thread: p.x, p.y, over: 0.5 + 0.25 * twill * clamp01(1 - footprint * 20)) * (1 + thread)
    }

    private func mix(thread x: Float, _ y: Float, over: Float) -> Color {
        DemoData.mix(color(x), color(y), over)
    }

    private func color(_ x: Float) -> Color {
        // A triangle wave walks the sequence to its end and back.
        let t = abs(fraction(x) * 2 - 1) * Float(sett.count - 1)
        let index = min(max(Int(t), 0), sett.count - 1)
        return sett[index]
    }
}
