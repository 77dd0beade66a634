/// A mark in an answer that names a block or a turn.
enum Mark {
    case open(MarkName, String)
    case close(MarkName, String)
    case heading(Heading)
    /// A note that is over where it ends: `<!-- … -->`, `(thinking: …)`.
    case hidden

    private static let closers: [Character: Character] = [
        "<": ">", "[": "]", "{": "}", "(": ")", "◁": "▷", "【": "】", "⟨": "⟩", "《": "》", "«": "»", "‹": "›", "〈": "〉",
    ]

    /// The longest name, with what attributes a tag may have.
    private static let longest = 120

    /// The mark that begins at `start`, and where it ends.
    static func at(_ start: String.Index, of text: String) -> (mark: Mark, end: String.Index)? {
        let opener = text[start]
        guard let closer = closers[opener] else { return fence(at: start, of: text) ?? fused(at: start, of: text) }
        let rest = text[start...]
        if rest.hasPrefix("<!--") {
            let end = rest.firstRange(of: "-->")?.upperBound ?? text.endIndex
            return (.hidden, end)
        }
        if opener != "<", let note = note(rest, opener: opener, closer: closer) { return note }
        let openers = rest.prefix(3).prefix { $0 == opener }.count
        let inside = rest.dropFirst(openers).prefix(longest).prefix { $0 != closer && $0 != opener && !$0.isNewline }
        let end = inside.endIndex
        guard !inside.isEmpty, end < text.endIndex, text[end] == closer else {
            return nil
        }
        var behind = end
        for _ in 0..<openers where behind < text.endIndex && text[behind] == closer { behind = text.index(after: behind) }
        return mark(named: inside, opener: opener).map { ($0, behind) }
    }

    private static func mark(named inside: Substring, opener: Character) -> Mark? {
        let isToken = inside.hasPrefix("|") || inside.hasSuffix("|")
        // <|name> opens and <name|> closes, in Gemma's templates.
        let isLeft = inside.hasPrefix("|") && !inside.hasSuffix("|")
        let isRight = inside.hasSuffix("|") && !inside.hasPrefix("|")
        var name = Substring(inside.filter { $0 != "|" })
        let hasSlash = name.hasPrefix("/") || name.hasPrefix("\\")
        if hasSlash { name = name.dropFirst() }
        name = name.hasSuffix("/") ? name.dropLast() : name
        guard let first = name.first, first.isLetter || first == "_" else { return nil }
        let isTag = opener == "<" && !isToken
        if isTag { name = name.prefix { !$0.isWhitespace } }
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || "_-:. ".contains($0) }) else { return nil }
        var words = MarkName.words(of: name)
        guard !words.isEmpty else { return nil }
        if isTag, words == ["s"] { return hasSlash ? .close(.turnEnd, "s") : .open(.turnStart, "s") }
        var kind = MarkName(words)
        var closes = hasSlash || isRight
        let spelled = words.filter { !MarkName.closing.contains($0) && !MarkName.opening.contains($0) }.joined()
        if kind == .hidden || kind == .answer || kind == .unknown, words.count > 1 {
            closes = closes || words.contains(where: MarkName.closing.contains)
            words.removeAll { MarkName.closing.contains($0) || MarkName.opening.contains($0) }
            if kind == .unknown { kind = MarkName(words) }
        }
        if opener == "<" {
            // MedGemma's <unused94>thought … <unused95>.
            if words.first?.hasPrefix("unused") == true { return .open(.unknown, "unused") }
            if kind == .format, isToken { kind = .unknown }
        } else {
            // Elsewhere brackets hold words of the text more often than marks.
            guard kind != .unknown, kind != .format, words.count <= 4 else { return nil }
            if opener == "(", kind != .hidden { return nil }
            if opener != "[", opener != "◁", kind != .hidden, kind != .answer { return nil }
            if opener == "[", inside.contains(" "), kind != .hidden { return nil }
        }
        return closes && !isLeft ? .close(kind, spelled) : .open(kind, spelled)
    }

    /// `(thinking: …)` and the like, to the bracket that ends it.
    private static func note(
        _ rest: Substring, opener: Character, closer: Character
    ) -> (mark: Mark, end: String.Index)? {
        let inside = rest.dropFirst()
        let name = inside.prefix(40).prefix { $0.isLetter || $0 == " " || $0 == "_" }
        guard let sign = inside[name.endIndex...].first, ":—–-…".contains(sign), !name.isEmpty,
            Heading.isOfThoughts(MarkName.words(of: name))
        else { return nil }
        var depth = 0
        for index in rest.indices {
            if rest[index] == opener { depth += 1 }
            if rest[index] == closer { depth -= 1 }
            if depth == 0 { return (.hidden, rest.index(after: index)) }
        }
        return (.hidden, rest.endIndex)
    }

    /// A fence that says it is of thoughts: ```` ```thinking ````, to the next fence.
    private static func fence(at start: String.Index, of text: String) -> (mark: Mark, end: String.Index)? {
        guard text[start] == "`" || text[start] == "~" else { return nil }
        let rest = text[start...]
        let fence = rest.hasPrefix("```") ? "```" : "~~~"
        guard rest.hasPrefix(fence) else { return nil }
        let info = rest.dropFirst(3).prefix { !$0.isNewline }
        guard !info.isEmpty, info.count < 40, MarkName(MarkName.words(of: info)) == .hidden else { return nil }
        let end = rest[info.endIndex...].firstRange(of: fence)?.upperBound ?? text.endIndex
        return (.hidden, end)
    }

    /// Channels of a template whose tokens were removed: "analysisThe user wants … assistantfinalRed stripes."
    private static func fused(at start: String.Index, of text: String) -> (mark: Mark, end: String.Index)? {
        guard text[start] == "a" else { return nil }
        let rest = text[start...]
        let final = "assistantfinal"
        if rest.hasPrefix(final) { return (.close(.hidden, ""), rest.index(start, offsetBy: final.count)) }
        if start == text.startIndex {
            for channel in ["analysis", "assistantanalysis", "assistantcommentary"] where rest.hasPrefix(channel) {
                let end = rest.index(start, offsetBy: channel.count)
                if end < text.endIndex, text[end].isUppercase { return (.open(.hidden, ""), end) }
            }
        }
        return nil
    }
}
