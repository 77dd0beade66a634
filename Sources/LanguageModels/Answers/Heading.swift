/// A heading in an answer that says what follows: thoughts, or the answer.
enum Heading {
    case thoughts, answer, endOfThoughts

    /// The heading that begins at `start`, the beginning of a sentence, and where it ends.
    static func at(
        _ start: String.Index, of text: String, isLineStart: Bool
    ) -> (heading: Heading, end: String.Index)? {
        let line = text[start...].prefix(160).prefix { !$0.isNewline }
        let marks = line.prefix { " \t#>*_-=~•".contains($0) || $0 == "\u{2026}" || $0 == "." }
        let title = line[marks.endIndex...].prefix { $0.isLetter || $0.isNumber || " -'’,()&/".contains($0) }
        guard let first = title.first, first.isLetter else { return nil }
        let words = MarkName.words(of: title)
        guard (1...9).contains(words.count) else { return nil }
        var behind = title.endIndex
        while behind < line.endIndex, "*_=~ ".contains(line[behind]) { behind = line.index(after: behind) }
        var signs = line[behind...].prefix { ":：….".contains($0) }
        let hasColon = signs.contains(":") || signs.contains("：")
        behind = signs.endIndex
        while behind < line.endIndex, "*_=~ ".contains(line[behind]) { behind = line.index(after: behind) }
        signs = line[behind...]
        let isAlone = isLineStart && signs.isEmpty
        if isAlone, words.count <= 4, let last = words.last, isThought(last),
            words.contains(where: { ["done", "end", "finished", "stop"].contains($0) })
        {
            return (.endOfThoughts, behind)
        }
        guard hasColon || isAlone else { return nil }
        // A sentence of its own about thoughts is none of the text's headings.
        guard hasColon || isLineStart && !marks.isEmpty || title.last?.isPunctuation != true else { return nil }
        guard isHeading(words, hasColon: hasColon, isLineStart: isLineStart) else { return nil }
        if words.contains(where: isThought) { return (.thoughts, behind) }
        return words.contains(where: MarkName.isAnswer) ? (.answer, behind) : nil
    }

    /// Whether all words are ones that headings are made of: "here is my thought process", "final answer".
    private static func isHeading(_ words: [String], hasColon: Bool, isLineStart: Bool) -> Bool {
        let named = words.filter { isThought($0) || MarkName.isAnswer($0) }
        guard !named.isEmpty, isLineStart || hasColon && (words.count > 1 || named == ["answer"] || named == ["reasoning"])
        else { return false }
        return words.allSatisfy { named.contains($0) || fillers.contains($0) || $0.allSatisfy(\.isNumber) }
    }

    /// Whether all words are of a heading of thoughts: "thinking", "my thought process".
    static func isOfThoughts(_ words: [String]) -> Bool {
        words.contains(where: isThought) && words.allSatisfy { isThought($0) || fillers.contains($0) }
    }

    private static func isThought(_ word: String) -> Bool {
        MarkName.isThought(word) || ["cot", "plan", "draft", "drafts", "step", "steps"].contains(word)
    }

    private static let fillers: Set<String> = [
        "here", "is", "are", "s", "my", "the", "a", "an", "some", "your", "this", "process", "by", "of", "and", "one",
        "single",
        "short", "brief", "concise", "complete", "full", "first", "second", "initial", "visual", "revised", "improved",
        "possible", "suggested", "actual", "model", "assistant", "ai", "user", "in", "line", "with", "before",
        "answering", "through", "out", "loud", "aloud", "let", "me", "about", "it", "image", "class", "feature", "features",
        "now", "so", "then", "finally", "generated", "proposed", "requested",
    ]
}
