/// What a model says to its reader, told from what it thinks, and from the marks of its templates.
///
/// A mark is anything in brackets that names a block or a turn (`<think>`, `</s>`, `[THINK]`, `◁think▷`, `<|channel|>`), and a
/// heading that names one ("Here is my thought process:"). Blocks may be nested, unclosed, or closed without having been
/// opened, where the opening mark was the end of the prompt: then all before the closing one is a thought.
struct SpokenText {
    /// nil where it cannot be told.
    let text: String?

    init(_ text: String) {
        var reading = Reading()
        reading.read(Self.plain(text))
        self.text = reading.spoken
    }

    /// Signs that marks are written with in more ways than one, in one.
    private static func plain(_ text: String) -> String {
        var plain = text
        for (sign, ascii) in [("＜", "<"), ("＞", ">"), ("｜", "|"), ("▁", "_"), ("\\u003c", "<"), ("\\u003e", ">")] {
            plain = plain.replacing(sign, with: ascii)
        }
        guard plain.contains("&") else { return plain }
        for (entity, sign) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&apos;", "'"),
            ("&nbsp;", " "),
            ("&#60;", "<"), ("&#62;", ">"), ("&amp;", "&"),
        ] { plain = plain.replacing(entity, with: sign) }
        return plain
    }
}

/// The state of reading an answer from its beginning to its end.
private struct Reading {
    private enum Label { case spoken, answer, hidden, unknown }

    private struct Run {
        var text: String
        var label: Label
        var turn: Int
        /// Counts the marks that begin an answer, so that a later answer is told from an earlier one.
        var answer: Int
    }

    private struct Block: Equatable {
        var label: Label
        var name: String
        /// Whether a heading opened it, which nothing closes but another heading.
        var isHeading = false
    }

    private var runs: [Run] = []
    private var blocks: [Block] = []
    private var turn = 0
    private var answer = 0
    /// Who speaks in this turn is not the model, or it speaks in a channel of its thoughts.
    private var isAside = false
    private var isFinal = false

    mutating func read(_ text: String) {
        var position = text.startIndex
        var start = position
        var isLineStart = true
        var isSentenceStart = true
        while position < text.endIndex {
            // Marks in the strings of an answer in JSON are read when it is.
            if "{[".contains(text[position]), let end = JSONAnswer.end(of: text, at: position) {
                position = end
                continue
            }
            var found: (mark: Mark, end: String.Index)?
            if isSentenceStart {
                found = Heading.at(position, of: text, isLineStart: isLineStart).map { (.heading($0.heading), $0.end) }
            }
            found = found ?? Mark.at(position, of: text)
            if let (mark, end) = found {
                add(text[start..<position])
                position = apply(mark, behind: end, in: text)
                start = position
                isLineStart = true
                isSentenceStart = true
                continue
            }
            let character = text[position]
            if character.isNewline {
                isLineStart = true
                isSentenceStart = true
            } else if !character.isWhitespace {
                isLineStart = false
                isSentenceStart = ".!?:…。".contains(character)
            }
            position = text.index(after: position)
        }
        add(text[start...])
    }

    private mutating func add(_ text: Substring) {
        guard !text.isEmpty else { return }
        let label: Label
        if isAside || blocks.contains(where: { $0.label == .hidden }) {
            label = .hidden
        } else if blocks.contains(where: { $0.label == .unknown }) {
            label = .unknown
        } else if isFinal || blocks.contains(where: { $0.label == .answer }) {
            label = .answer
        } else {
            label = .spoken
        }
        runs.append(Run(text: String(text), label: label, turn: turn, answer: answer))
    }

    /// - Returns: where reading goes on.
    private mutating func apply(_ mark: Mark, behind end: String.Index, in text: String) -> String.Index {
        switch mark {
        case .hidden: runs.append(Run(text: ".", label: .hidden, turn: turn, answer: answer))
        case .heading(let heading): apply(heading)
        case .open(let name, let spelled): return open(name, spelled, behind: end, in: text)
        case .close(let name, let spelled): close(name, spelled)
        }
        return end
    }

    private mutating func apply(_ heading: Heading) {
        switch heading {
        case .thoughts:
            blocks.removeAll(where: \.isHeading)
            blocks.append(Block(label: .hidden, name: "", isHeading: true))
        case .answer:
            blocks.removeAll(where: \.isHeading)
            answer += 1
            blocks.append(Block(label: .answer, name: "", isHeading: true))
        case .endOfThoughts:
            close(.hidden, "")
        }
    }

    private mutating func open(
        _ name: MarkName, _ spelled: String, behind end: String.Index, in text: String
    ) -> String.Index {
        switch name {
        case .hidden: blocks.append(Block(label: .hidden, name: spelled))
        case .unknown: blocks.append(Block(label: .unknown, name: spelled))
        case .answer:
            blocks.removeAll(where: \.isHeading)
            answer += 1
            blocks.append(Block(label: .answer, name: spelled))
        case .turnEnd: endTurn()
        case .turnStart:
            beginTurn()
            guard spelled != "s", !spelled.hasSuffix("text"), !spelled.hasSuffix("sentence") else { return end }
            let role = Self.word(at: end, of: text)
            switch MarkName(MarkName.words(of: role.word)) {
            case .model: return role.end
            case .other:
                isAside = true
                return role.end
            default: return end
            }
        case .model: beginTurn()
        case .other:
            endTurn()
            isAside = true
        case .channel:
            let channel = Self.word(at: end, of: text)
            blocks.removeAll()
            isFinal = MarkName.isAnswer(channel.word.lowercased())
            isAside = !isFinal
            if isFinal { answer += 1 }
            return channel.end
        case .body, .format: runs.append(Run(text: " ", label: .spoken, turn: turn, answer: answer))
        }
        return end
    }

    private mutating func close(_ name: MarkName, _ spelled: String) {
        switch name {
        case .hidden, .unknown:
            let isOpen: (Block) -> Bool = name == .hidden ? { $0.label == .hidden } : { $0.name == spelled }
            if let last = blocks.lastIndex(where: isOpen) {
                // The innermost of that name, where there is one: thoughts may quote marks of other names.
                let own = blocks.lastIndex { $0.name == spelled && isOpen($0) } ?? last
                runs.append(Run(text: ".", label: name == .hidden ? .hidden : .unknown, turn: turn, answer: answer))
                blocks.removeSubrange(own...)
            } else {
                for index in runs.indices { runs[index].label = .hidden }
                runs.append(Run(text: ".", label: .hidden, turn: turn, answer: answer))
                blocks.removeAll()
            }
        case .answer:
            if let last = blocks.lastIndex(where: { $0.label == .answer }) {
                // Thoughts that quote a mark are still thoughts.
                guard !blocks[last...].contains(where: { $0.label == .hidden }) else { return }
                blocks.removeSubrange(last...)
            } else if !blocks.contains(where: { $0.label == .hidden }) {
                // It was opened at the end of the prompt.
                for index in runs.indices where runs[index].label == .spoken { runs[index].label = .answer }
            }
        case .channel:
            blocks.removeAll()
            isAside = false
            isFinal = false
            runs.append(Run(text: ".", label: .hidden, turn: turn, answer: answer))
        case .turnEnd, .turnStart, .model, .other: endTurn()
        case .body, .format: runs.append(Run(text: " ", label: .spoken, turn: turn, answer: answer))
        }
    }

    /// Another turn, in which neither blocks nor channels of the one before are open. Unclosed thoughts are an exception:
    /// they may speak of turns.
    private mutating func endTurn() {
        if blocks.contains(where: { $0.label == .hidden && !$0.isHeading }) { return }
        turn += 1
        blocks.removeAll()
        isAside = false
        isFinal = false
    }

    /// A turn of the model: what stood in this one before it is of the prompt, or a preamble.
    private mutating func beginTurn() {
        if blocks.contains(where: { $0.label == .hidden && !$0.isHeading }) { return }
        for index in runs.indices where runs[index].turn == turn { runs[index].label = .hidden }
        endTurn()
    }

    private static func word(at start: String.Index, of text: String) -> (word: Substring, end: String.Index) {
        let rest = text[start...].drop { $0 == " " || $0.isNewline }
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        return (word, word.endIndex)
    }

    // MARK: - What was said

    /// nil where it cannot be told.
    var spoken: String? {
        func joined(_ runs: some Sequence<Run>) -> String { runs.map(\.text).joined() }
        func says(_ run: Run) -> Bool { run.text.contains(where: \.isLetter) }
        let answers = runs.filter { $0.label == .answer }
        if let turn = answers.first(where: says)?.turn, let last = answers.last(where: { $0.turn == turn && says($0) }) {
            return joined(answers.filter { $0.answer == last.answer && $0.turn == turn })
        }
        for turn in 0...turn {
            let said = runs.filter { $0.turn == turn }
            guard said.contains(where: { $0.label == .spoken && says($0) }) else { continue }
            guard let hidden = said.lastIndex(where: { $0.label == .hidden || $0.label == .unknown }) else {
                return joined(said)
            }
            let after = said[said.index(after: hidden)...]
            // An answer comes after the thoughts. What stands before them alone may be one of them.
            return after.contains(where: says) ? joined(after) : nil
        }
        return runs.contains { $0.label == .unknown && says($0) } ? nil : ""
    }
}
