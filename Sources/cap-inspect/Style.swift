/// Terminal colours, or none.
struct Style {
    let isColorful: Bool

    func bold(_ text: String) -> String { isColorful ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    func dim(_ text: String) -> String { isColorful ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
