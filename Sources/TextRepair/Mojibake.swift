/// Text that was decoded with the wrong encoding ("cafÃ©"), and its repair.
///
/// A port of `fix_encoding` of ftfy 6.3 (Robyn Speer, Apache-2.0), which open_clip runs every text through:
/// text that looks wrong is turned back into bytes with each encoding in turn, and taken for UTF-8 where
/// those bytes are.
enum Mojibake {
    static func repaired(_ text: String) -> String {
        var text = text
        // ftfy goes on until nothing changes; each change undoes one wrong decoding, of which no text has this many.
        for _ in 0..<32 {
            let better = repairedOnce(text)
            if better.unicodeScalars.elementsEqual(text.unicodeScalars) { break }
            text = better
        }
        return text
    }

    /// Control signs that browsers, too, read as letters of Windows-1252.
    static func withoutControlLetters(_ text: String) -> String {
        mapScalars(text) {
            (0x80...0x9F).contains($0.value) ? CodePage.windows1252.text(of: [UInt8($0.value)]) : nil
        }
    }

    private static func looksWrong(_ text: String) -> Bool { badness.matches(in: text) }

    private static func repairedOnce(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }), looksWrong(text) else { return text }
        for page in CodePage.all {
            if let bytes = page.bytes(of: text), let decoded = decode(bytes, from: page) { return decoded }
        }
        if sequences.matches(in: text) {
            let better = sequences.replacing(in: text) { part in
                part.unicodeScalars.count < text.unicodeScalars.count && looksWrong(part) ? repaired(part) : part
            }
            if !better.unicodeScalars.elementsEqual(text.unicodeScalars) { return better }
        }
        // Latin-1 that was Windows-1252, unless it has bytes that Windows-1252 leaves out.
        if let bytes = CodePage.all[0].bytes(of: text), bytes.contains(where: { (0x80...0x9F).contains($0) }),
            !bytes.contains(where: unassigned1252.contains)
        {
            return CodePage.windows1252.text(of: bytes)
        }
        return withoutControlLetters(text)
    }

    /// The text that bytes are in UTF-8, after repairs of what was lost on the way; nil where they are not.
    private static func decode(_ bytes: [UInt8], from page: CodePage) -> String? {
        // Patterns are of text: every byte is the letter of its number here.
        var coded = Self.coded(bytes)
        if page.name != "macroman", altered.matches(in: coded) { coded = restoringNoBreakSpaces(coded) }
        if page.isSloppy { coded = lossy.replacing(in: coded) { _ in "\u{EF}\u{BF}\u{BD}" } }
        let repaired = coded.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        return repaired.contains(0xED) || repaired.contains(0xC0)
            ? decodeVariants(repaired) : String(validating: repaired, as: UTF8.self)
    }

    /// Puts back the byte 0xA0 where it was taken for a space.
    private static func restoringNoBreakSpaces(_ coded: String) -> String {
        let words = graveWord.replacing(in: coded) { _ in "\u{C3}\u{A0} " }
        return altered.replacing(in: words) { $0.replacing(" ", with: "\u{A0}") }
    }

    /// UTF-8 in which characters beyond U+FFFF may be pairs of surrogates, as in CESU-8, and U+0000 two
    /// bytes, as in Java.
    private static func decodeVariants(_ bytes: [UInt8]) -> String? {
        var text = String.UnicodeScalarView()
        var position = 0
        while position < bytes.count {
            let rest = bytes[position...]
            if rest.starts(with: [0xC0, 0x80]) {
                text.append("\u{0}")
                position += 2
            } else if let scalar = surrogatePair(rest) {
                text.append(scalar)
                position += 6
            } else {
                let length = rest.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count + 1
                guard let part = String(validating: rest.prefix(length), as: UTF8.self) else { return nil }
                text.append(contentsOf: part.unicodeScalars)
                position += length
            }
        }
        return String(text)
    }

    private static func surrogatePair(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let b = Array(bytes.prefix(6))
        guard b.count == 6, b[0] == 0xED, b[1] & 0xF0 == 0xA0, b[2] & 0xC0 == 0x80, b[3] == 0xED,
            b[4] & 0xF0 == 0xB0, b[5] & 0xC0 == 0x80
        else { return nil }
        let high = UInt32(b[1] & 0x0F) << 16 + UInt32(b[2] & 0x3F) << 10
        return Unicode.Scalar(0x10000 + high + UInt32(b[4] & 0x0F) << 6 + UInt32(b[5] & 0x3F))
    }

    private static func coded(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: bytes.map { Unicode.Scalar($0) })
        return String(text)
    }

    private static let badness = Pattern(MojibakeTables.badness)
    private static let sequences = Pattern(MojibakeTables.sequences)
    private static let unassigned1252: Set<UInt8> = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
    /// UTF-8 in which the byte 0xA0 became a space.
    private static let altered = Pattern(
        #"[\xc2\xc3\xc5\xce\xd0\xd9][ ]"#
            + #"|[\xe2\xe3][ ][\x80-\x84\x86-\x9f\xa1-\xbf]"#
            + #"|[\xe0-\xe3][\x80-\x84\x86-\x9f\xa1-\xbf][ ]"#
            + #"|[\xf0][ ][\x80-\xbf][\x80-\xbf]"#
            + #"|[\xf0][\x80-\xbf][ ][\x80-\xbf]"#
            + #"|[\xf0][\x80-\xbf][\x80-\xbf][ ]"#)
    /// "Ã " as a word of its own, which was "à", but not in Portuguese words.
    private static let graveWord = Pattern(#"\xc3 (?! |quele|quela|quilo|s )"#)
    /// UTF-8 with bytes that were lost: 0x1A stands for one of them, a question mark may.
    private static let lossy = Pattern(
        #"[\xc2-\xdf][\x1a]"#
            + #"|[\xc2-\xc3][?]"#
            + #"|\xed[\xa0-\xaf][\x1a?]\xed[\xb0-\xbf][\x1a?\x80-\xbf]"#
            + #"|\xed[\xa0-\xaf][\x1a?\x80-\xbf]\xed[\xb0-\xbf][\x1a?]"#
            + #"|[\xe0-\xef][\x1a?][\x1a\x80-\xbf]"#
            + #"|[\xe0-\xef][\x1a\x80-\xbf][\x1a?]"#
            + #"|[\xf0-\xf4][\x1a?][\x1a\x80-\xbf][\x1a\x80-\xbf]"#
            + #"|[\xf0-\xf4][\x1a\x80-\xbf][\x1a?][\x1a\x80-\xbf]"#
            + #"|[\xf0-\xf4][\x1a\x80-\xbf][\x1a\x80-\xbf][\x1a?]"#
            + #"|\x1a"#)
}

/// Replaces the scalars that `replacement` has something for.
func mapScalars(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if let replaced = replacement(scalar) {
            result.append(contentsOf: replaced.unicodeScalars)
        } else {
            result.append(scalar)
        }
    }
    return String(result)
}
