import Essentials
import FoundationEssentials

/// What models put around a sentence: greetings, Markdown, quotes, lists, JSON, offers of more.
enum Wrapping {
    /// The text without the outermost of it; nil where it cannot be told what is around what.
    static func taken(off text: String) -> String? {
        var text = text.trimmingWhitespace()
        if looksLikeJSON(text) { return JSONAnswer.text(in: text) }
        if text.contains("\\") { text = text.replacing("\\n", with: "\n").replacing("\\\"", with: "\"") }
        text = withoutLatex(text)
        if text.contains("```") || text.contains("~~~") {
            text = text.replacing(fence, with: "\n").replacing("```", with: "\n").replacing("~~~", with: "\n")
        }
        text = lines(of: text)
        text = withoutEmphasis(text)
        if text.contains("](") { text = text.replacing(/!?\[([^\[\]]+)\]\([^()\s]*\)/) { $0.output.1 } }
        text = withoutLeadIn(text.trimmingWhitespace())
        text = withoutClosing(text)
        return withoutQuotes(text.trimmingWhitespace())
    }

    private static func looksLikeJSON(_ text: String) -> Bool {
        guard let first = text.first(where: { "{[`".contains($0) || $0.isLetter || $0 == "\"" }) else { return false }
        if first == "\"" { return false }
        return text.contains(/\{\s*"/) || text.contains(/\[\s*["{]/)
    }

    // MARK: - Lines

    /// The lines without the signs of lists, quotations, tables and fences; titles are left out where text follows them.
    private static func lines(of text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { line -> (text: String, isTitle: Bool) in
            let trimmed = line.trimmingSpaces()
            guard trimmed.contains(where: { $0.isLetter || $0.isNumber }) else {
                return ("", false)
            }
            let bare = String(trimmed[(trimmed.prefixMatch(of: item)?.range.upperBound ?? trimmed.startIndex)...])
            let plain = bare.filter { !"*_#`".contains($0) }.trimmingSpaces()
            let isShort = plain.split(whereSeparator: \.isWhitespace).count <= 12
            let isMarked =
                trimmed.hasPrefix("#") || plain.hasSuffix(":")
                || bare.hasPrefix("**") && bare.hasSuffix("**") || bare.hasPrefix("__") && bare.hasSuffix("__")
            return (bare, isShort && isMarked && !(plain.last.map { ".!?".contains($0) } ?? false))
        }.filter { !$0.text.isEmpty }
        var kept: [String] = []
        for (index, line) in lines.enumerated() where !(line.isTitle && index < lines.count - 1) { kept.append(line.text) }
        return kept.joined(separator: "\n")
    }

    // Made once. They hold no state, which `Regex` does not say of itself.

    /// The line that begins a block of code.
    nonisolated(unsafe) private static let fence = /(?:```+|~~~+)[A-Za-z]*[ \t]*(?=\n)/

    /// What begins an item of a list, a quotation or a heading.
    nonisolated(unsafe) private static let item =
        #/
        (?: \s*
            (?: >+\s*
                | [\-*+•‣▪◦–—·●○■□➤→✓✔](?:\s+|$)
                | \[[\ xX]\]\s+
                | \(?\d{1,3}[.):](?:\s+|$)
                | \(?[a-zA-Z]\)\s+
                | \(?[ivx]{1,4}[.)]\s+
                | \#{1,6}\s+
                | [①-⑳]\s*
                | (?i:option|version|choice|variant|candidate|description|sentence|answer)\s*\#?\d{1,3}\s*[:.)\-]\s*
            )
        )+
        /#

    /// Without stars, grave accents, underscores and tildes, but for single ones between two letters or digits, which mean
    /// something: "2*2".
    private static func withoutEmphasis(_ text: String) -> String {
        let marks = "*`_~"
        guard text.contains(where: marks.contains) else { return text }
        let signs = Array(text)
        func isWord(_ index: Int) -> Bool {
            signs.indices.contains(index) && (signs[index].isLetter || signs[index].isNumber)
        }
        func isMark(_ index: Int) -> Bool {
            guard marks.contains(signs[index]) else { return false }
            // "~3 cm" is about three.
            if signs[index] == "~" { return isNext(index) }
            return !(isWord(index - 1) && isWord(index + 1))
        }
        func isNext(_ index: Int) -> Bool {
            index > 0 && signs[index - 1] == "~" || index + 1 < signs.count && signs[index + 1] == "~"
        }
        return String(signs.indices.filter { !isMark($0) }.map { signs[$0] })
    }

    // MARK: - LaTeX

    private static func withoutLatex(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var text = text
        for command in ["\\boxed{", "\\text{", "\\textbf{", "\\textit{", "\\mathrm{", "\\emph{", "\\fbox{"] {
            while let start = text.firstRange(of: command) {
                var depth = 1
                var end = start.upperBound
                while end < text.endIndex {
                    if text[end] == "{" { depth += 1 }
                    if text[end] == "}" { depth -= 1 }
                    if depth == 0 { break }
                    end = text.index(after: end)
                }
                guard end < text.endIndex else { return text }
                let inside = String(text[start.upperBound..<end])
                // A box holds the answer.
                if command == "\\boxed{" { text = inside } else { text.replaceSubrange(start.lowerBound...end, with: inside) }
            }
        }
        return text.replacing("\\(", with: "").replacing("\\)", with: "").replacing("\\[", with: "").replacing(
            "\\]", with: ""
        )
        .replacing("$", with: "")
    }

    // MARK: - Before and behind the answer

    private static func withoutLeadIn(_ text: String) -> String {
        for pattern in [greeting, promise, named, speaker] {
            if let match = text.prefixMatch(of: pattern), match.range.upperBound < text.endIndex {
                return String(text[match.range.upperBound...])
            }
        }
        return text
    }

    /// "Sure!", "Certainly, I'd be happy to help."
    nonisolated(unsafe) private static let greeting =
        #/
        (?i)
        (?: sure(?:\ thing)? | certainly | of\ course | absolutely | definitely | gladly | great(?:\ question)? | good\ question | yes
            | no\ problem | understood | got\ it | you\ got\ it | thank\ you | thanks | hello | hi | hey | greetings | with\ pleasure
            | here\ you\ go | here\ we\ go | there\ you\ go | okay | ok | alright | as\ requested | let\ me\ help | I\ can\ help\ with\ that
            | (?:I'd|I’d|I\ would|I\ am|I'm|I’m|I'll\ be|I\ will\ be)\ (?:be\ )?(?:happy|glad|delighted|pleased)\ to\ (?:help|assist|do\ that)
            | (?:happy|glad)\ to\ help
        )
        (?:\ there)?
        (?: \s*[!.,:;—–\-]+\s* | \s*\n+\s* | \s+(?=here(?:'s|’s)?\s) )
        /#

    /// "Here is a one-sentence description of …:"
    nonisolated(unsafe) private static let promise =
        #/
        (?i)
        (?: (?: here(?:'s|’s|\ is|\ are|\ you\ go|\ goes)? | below\ (?:is|are) | (?:the\ )?following\ (?:is|are) | this\ is | these\ are
                | in\ (?:one|a\ single)\ sentence | in\ summary | in\ short | to\ summarize | overall | my\ description
                | I\ would\ describe | I'd\ describe | I\ would\ say | please\ find
            )\b [^:：\n]{0,240} [:：]\s*
            | here(?:'s|’s|\ is|\ are)\b [^:.!?\n]{0,200} \b(?:descriptions?|sentence|answer|response|summary|caption|features)\b
                [^:.!?\n]{0,120} [.!\n]+\s*
            | thought\ for\ [^\n]{1,40} (?:\n+|$)
        )
        /#

    /// "A one-sentence description of the visual features is: "
    nonisolated(unsafe) private static let named =
        #/
        (?i)
        (?:(?:the|my|a|an|one|your|this|that)\s+)?
        (?:[\w\-’']+\s+){0,6}
        (?:description|sentence|caption|summary)\b
        (?: [^:：.!?\n]{0,160} [:：] | \s*(?:[—–=\-]+>?)\s )
        \s*
        /#

    /// "Assistant: "
    nonisolated(unsafe) private static let speaker =
        /(?i)(?:assistant|ai|bot|model|chatbot|a|answer|final answer|response|output|result|reply)\s*[:：]\s*/

    /// What begins an offer wherever it stands.
    nonisolated(unsafe) private static let offer =
        /\s(?:I hope (?:this|that|it)|Hope (?:this|that)|(?:Please )?(?:let me know|Let me know)|(?:Please f|F)eel free)\s/

    /// The text without offers of more and remarks about itself at its end.
    private static func withoutClosing(_ text: String) -> String {
        if let offer = text.firstMatch(of: offer), offer.range.lowerBound > text.startIndex {
            return String(text[..<offer.range.lowerBound])
        }
        let sentences = sentences(of: text)
        let end = sentences.dropFirst().first { sentence in
            let bare = sentence.drop { !$0.isLetter && !$0.isNumber }.lowercased().replacing("’", with: "'")
            return closings.contains { bare.hasPrefix($0) } || bare.contains(/^\d+ (?:words|tokens|characters)/)
                || (sentence.endIndex == text.endIndex || text[sentence.endIndex...].allSatisfy(\.isWhitespace))
                    && sentence.hasSuffix("?")
        }
        return end.map { String(text[..<$0.startIndex]) } ?? text
    }

    private static func sentences(of text: String) -> [Substring] {
        var sentences: [Substring] = []
        var start = text.startIndex
        var index = start
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            let ends = ".!?。".contains(character) || "\"”’')]".contains(character)
            if character.isNewline
                || ends && next < text.endIndex && (text[next].isWhitespace || text[next] == "(" || text[next] == "[")
            {
                let sentence = text[start..<(character.isNewline ? index : next)]
                if sentence.contains(where: { ".!?。\n".contains($0) }) || character.isNewline {
                    if sentence.contains(where: \.isLetter) { sentences.append(sentence) }
                    start = next
                }
            }
            index = next
        }
        if text[start...].contains(where: \.isLetter) { sentences.append(text[start...]) }
        return sentences
    }

    private static let closings = [
        "let me know", "please let me know", "i hope", "hope this", "hope that", "feel free", "please feel free",
        "would you like",
        "do you want", "is there anything", "if you need", "if you'd like", "if you would like", "if you want",
        "if you have",
        "don't hesitate", "happy to", "i'm happy", "i am happy", "i can also", "i can provide", "i'd be happy",
        "i would be happy",
        "i'd be glad", "this description", "this sentence", "this answer", "this response", "this captures",
        "this single sentence",
        "note:", "please note", "note that this", "word count", "character count", "does this", "how does this",
        "how's that", "is this",
        "end of", "thank you", "thanks", "you're welcome", "cheers", "enjoy", "good luck", "have a", "shall i", "should i",
        "want me to",
        "want more", "need anything", "disclaimer", "source:", "sources:", "p.s.", "ps:", "explanation:",
        "this is a description",
        "the description", "the above", "as an ai", "total words", "that's it", "that is it", "this concludes",
        "this should", "this meets",
        "this follows", "i've kept", "i kept", "any questions", "ask me", "just ask", "just let me know", "confidence:",
        "the sentence",
    ]

    // MARK: - Quotes

    private static let quotes: [(open: String, close: String)] = [
        ("\"", "\""), ("“", "”"), ("'", "'"), ("‘", "’"), ("«", "»"), ("»", "«"), ("„", "“"), ("„", "”"), ("‚", "‘"),
        ("「", "」"), ("『", "』"),
        ("‹", "›"), ("(", ")"), ("”", "”"),
    ]

    private static func withoutQuotes(_ text: String) -> String {
        // A full stop may stand behind the quote.
        let bare = text.last.map { ".,;!".contains($0) } == true ? String(text.dropLast()) : text
        for (candidate, isCut) in [(text, false), (bare, true)] {
            for (open, close) in quotes
            where candidate.count > 2 && candidate.hasPrefix(open) && candidate.hasSuffix(close) {
                let inside = candidate.dropFirst().dropLast()
                // “One” and “two” is not in quotes; 'the colt's foot' is.
                guard "'‘\"".contains(open) && isPaired(inside, open) || !isBroken(inside, open, close) else { continue }
                let sentence = inside.trimmingWhitespace()
                let needsStop = isCut && text.last == "." && !(sentence.last.map { ".!?".contains($0) } ?? true)
                return needsStop ? sentence + "." : sentence
            }
        }
        return withoutHalfQuotes(text)
    }

    /// Whether quotes inside are in pairs or apostrophes.
    private static func isPaired(_ inside: Substring, _ open: String) -> Bool {
        open != "\"" || inside.count(where: { $0 == "\"" }) % 2 == 0 && inside.first == "\"" && inside.last == "\""
    }

    /// Whether a quote is closed, or opened, inside that would have to be outside.
    private static func isBroken(_ inside: Substring, _ open: String, _ close: String) -> Bool {
        let rest = open == "“" ? String(inside.replacing(/„[^„“”]*“/, with: "")) : String(inside)
        return rest.contains(open) || rest.contains(close)
    }

    /// Without a quote at one end whose other half is gone with what it stood in.
    private static func withoutHalfQuotes(_ text: String) -> String {
        for (open, close) in quotes where open != "'" && open != "‘" && open != "”" {
            if text.hasPrefix(open), !text.dropFirst().contains(close) { return String(text.dropFirst()) }
            if text.hasSuffix(close), !text.dropLast().contains(open), close != "“" { return String(text.dropLast()) }
        }
        return text
    }
}
