import TextRepair

/// What open_clip and OpenAI's code do to a text before they look for words: repair it, replace HTML entities
/// twice, and lower-case it as Python does.
enum OpenCLIPText {
    static func prepared(_ text: String) -> [Unicode.Scalar] {
        lowercased(Array(cleaned(text).unicodeScalars))
    }

    /// The same without lower-casing.
    static func cleaned(_ text: String) -> String {
        HTMLEntities.unescaped(HTMLEntities.unescaped(TextRepair.repaired(text)))
    }

    /// White space as Python knows it, each sign of it one space: form feeds, which BERT would leave out, part words.
    static func withPlainSpaces(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(scalar)
            scalars.append(isSpace ? " " : scalar)
        }
        return String(scalars)
    }

    /// Unlike scalar by scalar, Σ at the end of a word becomes ς (Unicode's condition Final_Sigma).
    private static func lowercased(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        scalars.indices.flatMap { index -> [Unicode.Scalar] in
            if scalars[index] == "Σ" { return [endsWord(index, in: scalars) ? "ς" : "σ"] }
            return Array(scalars[index].properties.lowercaseMapping.unicodeScalars)
        }
    }

    private static func endsWord(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        func isLetter(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased == true }
        func isIgnored(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isCaseIgnorable }
        return isLetter(scalars[..<index].last { !isIgnored($0) })
            && !isLetter(scalars[(index + 1)...].first { !isIgnored($0) })
    }
}
