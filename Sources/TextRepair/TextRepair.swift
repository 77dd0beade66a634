import Essentials

/// Repairs what goes wrong with text between keyboards, databases and web pages.
///
/// A port of `fix_text` of ftfy 6.3 with its default settings (Robyn Speer, Apache-2.0): HTML entities,
/// mojibake, control letters, ligatures, widths, curly quotes, line breaks, terminal colours, control signs,
/// and composition (NFC), line by line and again until nothing changes.
public enum TextRepair {
    public static func repaired(_ text: String) -> String {
        var result = ""
        // Where a tag appears, entities are part of HTML from then on, and stay.
        var readsEntities = true
        var rest = Substring(text).unicodeScalars
        while !rest.isEmpty {
            let end = rest.firstIndex(of: "\n").map(rest.index(after:)) ?? rest.endIndex
            let line = String(rest[..<end])
            rest = rest[end...]
            if line.unicodeScalars.contains("<") { readsEntities = false }
            result.unicodeScalars.append(
                contentsOf: repaired(line: line, readsEntities: readsEntities).unicodeScalars)
        }
        return result
    }

    private static func repaired(line: String, readsEntities: Bool) -> String {
        var text = line
        for _ in 0..<32 {
            let before = text
            if readsEntities { text = HTMLEntities.repaired(text) }
            text = Mojibake.repaired(text)
            text = Mojibake.withoutControlLetters(text)
            text = mapScalars(text) { ligatures[$0] }
            text = mapScalars(text) { widths[$0] }
            text = mapScalars(text, straightQuote)
            text = withPlainLineBreaks(text)
            text = terminalColour.replacing(in: text) { _ in "" }
            text = mapScalars(text) { isUnintended($0) ? "" : nil }
            text = text.normalized(.c)
            if text.unicodeScalars.elementsEqual(before.unicodeScalars) { break }
        }
        return text
    }

    private static func straightQuote(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x2BC, 0x2018...0x201B: "'"
        case 0x201C...0x201F: "\""
        default: nil
        }
    }

    private static func withPlainLineBreaks(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\r", "\u{2028}", "\u{2029}", "\u{85}": result.append("\n")
            default: result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// Control signs that nobody types, and the mark of byte order.
    private static func isUnintended(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: true
        default: false
        }
    }

    private static let terminalColour = Pattern(#"\x1b\[[\d;]*[a-zA-Z]"#)

    private static let ligatures: [Unicode.Scalar: String] = [
        "Ĳ": "IJ", "ĳ": "ij", "ŉ": "ʼn", "Ǳ": "DZ", "ǲ": "Dz", "ǳ": "dz", "Ǆ": "DŽ", "ǅ": "Dž", "ǆ": "dž",
        "Ǉ": "LJ",
        "ǈ": "Lj", "ǉ": "lj", "Ǌ": "NJ", "ǋ": "Nj", "ǌ": "nj", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "ſt", "ﬆ": "st",
    ]

    /// Full- and half-width forms in their ordinary width; the ideographic space is one.
    private static let widths: [Unicode.Scalar: String] = {
        var widths: [Unicode.Scalar: String] = ["\u{3000}": " "]
        for scalar in (UInt32(0xFF01)..<0xFFF0).compactMap(Unicode.Scalar.init) {
            let ordinary = String(scalar).normalized(.kc)
            if !ordinary.unicodeScalars.elementsEqual(CollectionOfOne(scalar)) { widths[scalar] = ordinary }
        }
        return widths
    }()
}
