/// What the name in a mark means: `think` in `<think>`, `begin_of_solution` in `<|begin_of_solution|>`.
///
/// Told from the words of the name, since every family of models has marks of its own.
enum MarkName: Equatable {
    /// What is not for the reader: thoughts, questions, calls of tools.
    case hidden
    /// The answer itself.
    case answer
    /// The end of what the model says.
    case turnEnd
    /// The beginning of a turn; who speaks is said behind it.
    case turnStart
    /// Who speaks: the model.
    case model
    /// Who speaks: somebody else.
    case other
    /// The channel of what follows stands behind it (OpenAI's harmony, Gemma's).
    case channel
    /// What is said begins.
    case body
    /// HTML that only gives shape.
    case format
    case unknown

    /// The words of a name in lower case: at punctuation, and where a capital follows a small letter.
    static func words(of name: some StringProtocol) -> [String] {
        var words = [""]
        var wasLower = false
        for character in name {
            guard character.isLetter || character.isNumber else {
                words.append("")
                wasLower = false
                continue
            }
            if character.isUppercase, wasLower { words.append("") }
            wasLower = character.isLowercase
            words[words.count - 1] += character.lowercased()
        }
        return words.filter { !$0.isEmpty && $0 != "token" && $0 != "id" }
    }

    /// - Parameter words: of the name, without a slash before it.
    init(_ words: [String]) {
        let name = words.joined()
        if Self.turnEnds.contains(name) {
            self = .turnEnd
        } else if Self.turnStarts.contains(name) {
            self = .turnStart
        } else if let speaker = Self.speakers[name] {
            self = speaker
        } else if name == "channel" {
            self = .channel
        } else if Self.bodies.contains(name) {
            self = .body
        } else if words.contains(where: Self.isHidden) {
            self = .hidden
        } else if words.contains(where: Self.answers.contains) {
            self = .answer
        } else if Self.shapes.contains(name) {
            self = .format
        } else {
            self = .unknown
        }
    }

    /// Whether a word is one for what a model does not say to the reader.
    static func isHidden(_ word: String) -> Bool {
        others.contains(word) || isThought(word)
    }

    /// Whether a word is one for thoughts. Thinkers, and what is thoughtful or reflective, are not.
    static func isThought(_ word: String) -> Bool {
        thoughts.contains { word.hasPrefix($0) }
            && !["er", "ers", "or", "ors", "ful", "able", "ive", "ly"].contains { word.hasSuffix($0) }
    }

    static func isAnswer(_ word: String) -> Bool { answers.contains(word) }

    /// Words that close what a name opens.
    static let closing: Set<String> = ["end", "stop", "close", "done", "suffix", "finish", "eo"]
    /// Words that open it.
    static let opening: Set<String> = ["begin", "start", "open", "prefix", "of", "bo", "so"]

    private static let turnEnds: Set<String> = [
        "eos", "eot", "eom", "eod", "eop", "eoa", "imend", "end", "return", "call", "endoftext", "endofturn",
        "endofsentence", "endofmessage", "endofutterance", "endofdocument", "endofassistant", "endofmodel", "stop",
        "endturn",
        "pad", "unk", "sep", "endsentence", "endmessage", "turnend",
    ]
    private static let turnStarts: Set<String> = [
        "bos", "imstart", "start", "startofturn", "startheader", "turn", "role", "header", "beginoftext", "startoftext",
        "beginofsentence", "sop", "gmask", "startturn", "beginofturn",
    ]
    private static let bodies: Set<String> = ["message", "endheader", "imsep", "constrain"]
    private static let speakers: [String: MarkName] = [
        "assistant": .model, "model": .model, "chatbot": .model, "bot": .model, "ai": .model, "gpt": .model,
        "user": .other, "human": .other, "system": .other, "developer": .other, "tool": .other, "function": .other,
        "ipython": .other, "observation": .other, "environment": .other, "sys": .other,
    ]
    private static let thoughts = [
        "think", "thought", "thk", "reason", "rational", "reflect", "scratch", "analys", "analyz", "deliberat", "monolog",
        "introspect", "brainstorm", "ponder", "contemplat", "meditat", "musing", "reconsider", "consider", "cogitat",
        "cognit", "critique", "hypothes", "verif", "instruct", "explain", "explanation", "justif", "workings",
    ]
    private static let others: Set<String> = [
        "cot", "chain", "inner", "internal", "hidden", "private", "plan", "planning", "draft", "drafts", "notes", "note",
        "trace",
        "debug", "mind", "self", "inst", "prompt", "question", "query", "tool", "tools", "function", "calls", "commentary",
        "details", "comment", "review", "check", "script", "style", "title", "logic", "memory", "feedback", "evaluation",
        "preamble", "step", "steps",
    ]
    private static let answers: Set<String> = [
        "answer", "answers", "response", "responses", "respond", "output", "final", "result", "reply", "solution",
        "description", "descriptions", "sentence", "caption", "summary", "conclusion", "text", "content", "completion",
        "box", "boxed", "say", "speak", "speech",
    ]
    private static let shapes: Set<String> = [
        "b", "i", "em", "strong", "u", "p", "br", "hr", "span", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6",
        "font", "center", "body", "html", "code", "pre", "blockquote", "q", "mark", "small", "sub", "sup", "a", "section",
        "article", "main", "del", "ins", "tt", "dl", "dt", "dd", "big", "cite", "dfn", "kbd", "samp", "var", "s",
    ]
}
