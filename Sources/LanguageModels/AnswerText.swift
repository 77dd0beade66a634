import Foundation

/// An answer made fit for use, or why it is of no use. Answers are data: nothing in them is trusted.
enum AnswerText: Equatable {
    case usable(String)
    /// Nothing is left of it.
    case empty
    /// The model would not answer.
    case refused

    /// The most words that are kept: CLIP's text encoder takes 77 tokens, and a word is one at least.
    static let longest = 77

    /// - Parameters:
    ///   - text: what the model wrote.
    ///   - isRefusal: whether the server marked it as one.
    init(_ text: String, isRefusal: Bool = false) {
        if isRefusal {
            self = .refused
            return
        }
        // What a reasoning model thinks aloud is not its answer.
        let spoken = text.replacing(/(?s)<think>.*?(<\/think>|$)/, with: " ")
        var words = Self.withoutControls(spoken).split(whereSeparator: \.isWhitespace)
        words = Self.shortened(words)
        var sentence = words.joined(separator: " ")
        for (open, close) in [("\"", "\""), ("“", "”"), ("'", "'")]
        where sentence.count > 1 && sentence.hasPrefix(open) && sentence.hasSuffix(close) {
            sentence = String(sentence.dropFirst().dropLast()).trimmingCharacters(in: .whitespaces)
        }
        guard sentence.contains(where: { $0.isLetter || $0.isNumber }) else {
            self = .empty
            return
        }
        self = Self.isRefusal(sentence) ? .refused : .usable(sentence)
    }

    /// Text without control characters and terminal escapes, on one line.
    static func withoutControls(_ text: String) -> String {
        let plain = text.replacing(/\u{1B}\[[0-9;?]*[ -\/]*[@-~]/, with: " ")
        var clean = ""
        for scalar in plain.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                clean.append(" ")
            default: clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }

    /// The whole sentences among the first words; the first words where there is none.
    private static func shortened(_ words: [Substring]) -> [Substring] {
        guard words.count > longest else { return words }
        let first = words.prefix(longest)
        let end = first.lastIndex { $0.hasSuffix(".") || $0.hasSuffix("!") || $0.hasSuffix("?") || $0.hasSuffix("。") }
        return end.map { Array(first[...$0]) } ?? Array(first)
    }

    /// Whether it begins as no description of an image does.
    private static func isRefusal(_ sentence: String) -> Bool {
        let start = sentence.lowercased().replacing("’", with: "'")
        return refusals.contains { start.hasPrefix($0) }
    }

    private static let refusals = [
        "i'm sorry", "i am sorry", "sorry,", "sorry but", "i can't", "i cannot", "i can not", "i'm unable", "i am unable",
        "i'm not able", "i am not able", "i won't", "i will not", "as an ai", "unfortunately, i ", "i don't have the ability",
    ]
}
