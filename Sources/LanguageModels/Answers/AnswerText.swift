/// An answer made fit for use, or why it is of no use. Answers are data: nothing in them is trusted.
///
/// What a model thought aloud, its templates' tokens, and what it put around its sentence (greetings, Markdown, quotes, JSON)
/// are taken off. What is left is used only where nothing about it is doubtful: asking again costs a cent, and a thought kept
/// for a description is never noticed.
public enum AnswerText: Equatable {
    case usable(String)
    /// Nothing is left of it.
    case empty
    /// The model would not answer.
    case refused
    /// It cannot be told what of it is the answer.
    case unclear

    /// The most words that are kept: CLIP's text encoder takes 77 tokens, and a word is one at least.
    static let longest = 77

    /// The most of an answer that is looked at behind its thoughts, in characters.
    private static let longestText = 20_000

    /// - Parameters:
    ///   - text: what the model wrote.
    ///   - isRefusal: whether the server marked it as one.
    public init(_ text: String, isRefusal: Bool = false) {
        if isRefusal {
            self = .refused
            return
        }
        guard let spoken = Self.unwrapped(Self.printable(text)) else {
            self = .unclear
            return
        }
        let words = Self.shortened(spoken.split(whereSeparator: \.isWhitespace))
        let sentence = words.joined(separator: " ")
        guard sentence.contains(where: { $0.isLetter || $0.isNumber }) else {
            self = .empty
            return
        }
        if Refusal.begins(sentence) {
            self = .refused
        } else {
            self = Doubt.isRaised(by: sentence) ? .unclear : .usable(sentence)
        }
    }

    /// The answer without all that is around it; nil where it cannot be told from what is.
    private static func unwrapped(_ text: String) -> String? {
        var text = text
        // A wrapper may hold another; each pass takes the outermost off.
        for _ in 0..<16 {
            guard let spoken = SpokenText(text).text else { return nil }
            guard let bare = Wrapping.taken(off: String(spoken.prefix(longestText))) else { return nil }
            if bare == text { return bare }
            text = bare
        }
        return nil
    }

    /// Text without control characters and terminal escapes, on one line.
    static func withoutControls(_ text: String) -> String {
        printable(text).replacing("\n", with: " ")
    }

    /// Text without control characters and terminal escapes, its line breaks kept.
    private static func printable(_ text: String) -> String {
        let plain = !text.contains("\u{1B}") ? text : text.replacing(/\u{1B}\[[0-9;?]*[ -\/]*[@-~]/, with: " ")
        var clean = String.UnicodeScalarView()
        for scalar in plain.unicodeScalars {
            switch (scalar, scalar.properties.generalCategory) {
            case ("\n", _), ("\u{85}", _), (_, .lineSeparator), (_, .paragraphSeparator): clean.append("\n")
            case (_, .format): break
            case (_, .control), (_, .privateUse), (_, .surrogate), (_, .unassigned): clean.append(" ")
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// The whole sentences among the first words; the first words where there is none.
    private static func shortened(_ words: [Substring]) -> [Substring] {
        guard words.count > longest else { return words }
        let first = words.prefix(longest)
        let end = first.lastIndex { $0.hasSuffix(".") || $0.hasSuffix("!") || $0.hasSuffix("?") || $0.hasSuffix("。") }
        return end.map { Array(first[...$0]) } ?? Array(first)
    }
}
