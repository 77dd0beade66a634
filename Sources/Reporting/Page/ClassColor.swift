import Essentials

/// A colour for a class that differs from those of its neighbours: hues a golden angle apart, in three brightnesses that are
/// readable on light and on dark paper.
struct ClassColor {
    /// 0xRRGGBB.
    let rgb: Int

    init(_ label: Int) {
        let hue = (Double(label) * 137.508).truncatingRemainder(dividingBy: 360)
        let lightness = [0.5, 0.62, 0.4][label % 3]
        let chroma = (1 - abs(2 * lightness - 1)) * 0.65
        let second = chroma * (1 - abs((hue / 60).truncatingRemainder(dividingBy: 2) - 1))
        let base = lightness - chroma / 2
        let (red, green, blue) =
            switch Int(hue / 60) {
            case 0: (chroma, second, 0.0)
            case 1: (second, chroma, 0.0)
            case 2: (0.0, chroma, second)
            case 3: (0.0, second, chroma)
            case 4: (second, 0.0, chroma)
            default: (chroma, 0.0, second)
            }
        rgb = [red, green, blue].reduce(0) { $0 << 8 | Int(($1 + base) * 255) }
    }

    var hex: String { String(printf: "#%06x", rgb) }
}
