import TextRepair

/// What open_clip and OpenAI's code do to a text before they look for words: repair it, replace HTML entities
/// twice, and lower-case it as Python does.
enum OpenCLIPText {
    static func prepared(_ text: String) -> [Unicode.Scalar] {
        let repaired = TextRepair.repaired(text)
        return lowercased(Array(HTMLEntities.unescaped(HTMLEntities.unescaped(repaired)).unicodeScalars))
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
