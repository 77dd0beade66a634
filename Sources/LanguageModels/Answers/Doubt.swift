/// Signs that a text is not a description alone.
enum Doubt {
    static func isRaised(by sentence: String) -> Bool {
        if leftovers.contains(where: sentence.contains) { return true }
        if sentence.contains("<"), sentence.contains(/<[\/|!A-Za-z_]/) { return true }
        if sentence.contains(">"), sentence.contains(/[A-Za-z_]\|?>/) { return true }
        if ["{", "|"].contains(where: sentence.hasPrefix) || sentence.hasSuffix("?") || sentence.hasSuffix(":") {
            return true
        }
        let text = sentence.replacing("’", with: "'")
        if text.contains(":"), text.contains(/(?:^|\s)(?i:user|human|assistant|system|question|answer)\s?:/) { return true }
        return sentences(of: text).contains(where: isThought)
    }

    /// What marks and wrappers leave behind where they are broken.
    private static let leftovers = [
        "<|", "|>", "</", "◁", "▷", "```", "~~~", "{\"", "\"}", "\":", "[/", "[[", "]]", "{{", "}}", "\\boxed", "\\n",
        "\\\"", "<<",
        ">>", "](", "【", "】",
        "[\"", "\"]", "':", "'}",
    ]

    private static func sentences(of text: String) -> [Substring] {
        text.split(whereSeparator: { ".!?…;—".contains($0) }).map { $0.drop { !$0.isLetter } }.filter { !$0.isEmpty }
    }

    /// Whether a sentence speaks of the one who writes it, or of the one who asked.
    private static func isThought(_ sentence: Substring) -> Bool {
        if sentence.contains("I"),
            sentence.contains(/(?:^|,\s|\band\s|\bbut\s|\bso\s|\bthat\s|\bhere\s)I(?:'m|'ll|'ve|'d)?\s[a-z]/)
        {
            return true
        }
        let text = sentence.lowercased()
        return beginnings.contains { beginning in
            guard text.hasPrefix(beginning) else { return false }
            return text.dropFirst(beginning.count).first.map { !$0.isLetter && !$0.isNumber } ?? true
        } || phrases.contains(where: text.contains)
    }

    private static let beginnings = [
        "okay", "ok", "alright", "hmm", "hm", "let me", "let's", "lets", "let us", "wait", "so the", "so, ", "so i",
        "so we", "we need",
        "we should", "we have to", "we must", "we can", "we are asked", "we're asked", "we want", "we could", "we'll", "i",
        "i'm", "i'll", "i've", "i'd", "first, i", "first i", "now, i", "now i", "maybe", "perhaps i", "actually",
        "to answer", "to describe",
        "my task", "my answer", "my response", "my description", "the question", "the prompt", "the task",
        "the instruction",
        "the request", "the answer", "need to", "must produce", "should produce", "should be one sentence", "one sentence",
        "looking at the question", "double-check", "step 1", "step one", "first, let",
        "given the question", "since the user", "because the user", "you asked", "you want", "as requested",
        "the final answer",
        "that works", "that's good", "sounds good", "sure", "certainly", "of course", "here is", "here are", "here's",
    ]
    private static let phrases = [
        "the user", "user wants", "user asks", "user is asking", "asked to describe", "the instructions", "hope this",
        "let me know", "feel free", "word count",
    ]
}
