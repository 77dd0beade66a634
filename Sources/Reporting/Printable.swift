/// Text from files as it may be shown: on pages, in charts.
enum Printable {
    /// Text whose control characters, and those that turn the direction in which what follows is read, are replaced; lines
    /// stay apart.
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnseen) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            shown.append(!isUnseen(scalar) ? scalar : scalar == "\t" ? " " : "\u{FFFD}")
        }
        return String(shown)
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n": false
        case "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FFFE}", "\u{FFFF}":
            true
        default: scalar.properties.generalCategory == .control
        }
    }
}
