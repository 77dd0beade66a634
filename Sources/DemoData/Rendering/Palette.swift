/// Colours that go together, drawn from a random stream.
enum Palette {
    /// The colour of a hue in turns, a saturation and a value, all in [0, 1].
    static func color(hue: Float, saturation: Float, value: Float) -> Color {
        let h = fraction(hue) * 6
        let channel = { (n: Float) -> Float in
            let k = (n + h).truncatingRemainder(dividingBy: 6)
            return value - value * saturation * clamp01(min(k, 4 - k))
        }
        return Color(channel(5), channel(3), channel(1))
    }

    /// Any colour a fabric could have.
    static func any(_ random: inout RandomStream) -> Color {
        color(
            hue: random.unit(), saturation: random.uniform(0.15...0.9), value: random.uniform(0.2...0.95))
    }

    /// A dark and a light colour, clearly apart in brightness, in either order.
    static func contrast(_ random: inout RandomStream) -> (Color, Color) {
        let hue = random.unit()
        let dark = color(hue: hue, saturation: random.uniform(0.3...0.9), value: random.uniform(0.15...0.5))
        let light = color(
            hue: hue + random.uniform(-0.5...0.5), saturation: random.uniform(0.05...0.5),
            value: random.uniform(0.75...0.98))
        return random.chance(0.5) ? (dark, light) : (light, dark)
    }

    /// Grey, beige and brown stone.
    static func stone(_ random: inout RandomStream) -> Color {
        color(
            hue: random.uniform(0.03...0.14), saturation: random.uniform(0.02...0.3),
            value: random.uniform(0.4...0.75))
    }

    /// Timber from pale birch to dark walnut.
    static func wood(_ random: inout RandomStream) -> Color {
        color(
            hue: random.uniform(0.04...0.11), saturation: random.uniform(0.3...0.7),
            value: random.uniform(0.4...0.9))
    }
}
