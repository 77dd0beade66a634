import Essentials

/// An answer in JSON, though it was asked for in words.
enum JSONAnswer {
    /// The one text in it that is an answer; nil where there is none, or several, or where the JSON is broken.
    ///
    /// - Parameter text: JSON, perhaps in a fence, with sentences around it.
    static func text(in text: String) -> String? {
        for start in text.indices where "{[".contains(text[start]) {
            guard let end = end(of: text, at: start),
                let value = try? JSONValue(parsing: String(text[start..<end]))
            else { continue }
            return answer(in: value, depth: 0)
        }
        return nil
    }

    /// Where the object or list ends that begins at `start`; nil where there is none.
    static func end(of text: String, at start: String.Index) -> String.Index? {
        let first = text[text.index(after: start)...].first { !$0.isWhitespace }
        guard first == "\"" || text[start] == "[" && first == "{" else { return nil }
        var (depth, isString, isEscaped) = (0, false, false)
        var index = start
        while index < text.endIndex {
            let sign = text[index]
            index = text.index(after: index)
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if sign == "\\" {
                    isEscaped = true
                } else if sign == "\"" {
                    isString = false
                }
            } else if sign == "\"" {
                isString = true
            } else if "{[".contains(sign) {
                depth += 1
            } else if "}]".contains(sign) {
                depth -= 1
                if depth == 0 { break }
            }
        }
        guard depth == 0, (try? JSONValue(parsing: String(text[start..<index]))) != nil else {
            return nil
        }
        return index
    }

    private static func answer(in value: JSONValue, depth: Int) -> String? {
        guard depth < 8 else { return nil }
        switch value {
        case .string(let text): return text
        case .array(let list):
            let texts = list.compactMap { answer(in: $0, depth: depth + 1) }
            return texts.isEmpty ? nil : texts.joined(separator: "\n")
        case .object(let object):
            let values = object.filter { key, value in
                switch value {
                case .null, .bool, .int, .double: false
                case .string, .array, .object: !MarkName.words(of: key).contains(where: isAside)
                }
            }
            let named = values.filter { MarkName.words(of: $0.key).contains(where: MarkName.isAnswer) }
            let found = (named.isEmpty ? values : named).values.compactMap { answer(in: $0, depth: depth + 1) }
            if found.count == 1 { return found[0] }
            // "answer" before "summary" where a model gives both would be a guess.
            return Set(found).count == 1 ? found[0] : nil
        case .null, .bool, .int, .double: return nil
        }
    }

    /// Whether a key names what is not the answer: thoughts, and what the answer is about.
    private static func isAside(_ word: String) -> Bool {
        MarkName.isHidden(word)
            || [
                "class", "label", "name", "type", "id", "role", "model", "language", "object", "subject", "category",
                "domain",
            ].contains(word)
    }
}
