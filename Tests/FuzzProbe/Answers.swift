import Foundation
import LanguageModels
import TestSupport

extension FuzzedKind {
    /// Answers that people write, and those that are kept.
    static let answers: [FuzzedKind] = [
        FuzzedKind(name: "answers.json", share: share) { workshop in
            let good = Array(#"{"a": ["dense stripes", "dots"], "b": "one", "c": [], "naïve \"d\"": ["x"]}"#.utf8)
            let file = workshop.path("answers.json")
            return .file(file, damaged: { json(workshop, good, $0) }) {
                let answers = try AnswersFile(path: file)
                _ = ["a", "b", "c", "d"].map(answers.knows)
            }
        },
        FuzzedKind(name: "cache", share: share) { workshop in
            let file = workshop.path("cache.jsonl")
            let good = (0..<10).map { number in
                Array(
                    (#"{"answer": "dense shrubland", "endpoint": "http://127.0.0.1:9/v1", "model": "m", "#
                        + #""question": "Please describe the most distinguishing visual features of q, in one sentence.", "#
                        + #""temperature": 1, "max_tokens": 256, "number": \#(number), "prompt_tokens": 1, "completion_tokens": 1}"#)
                        .utf8)
            }
            return .file(file) { number in
                var lines = good
                lines[number % lines.count] = json(workshop, lines[number % lines.count], number)
                let text = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
                return number % 3 == 0 ? anything(workshop, text, number) : text
            } read: {
                // What is asked about what is kept there is asked by a model.
                var model = ChatModel(endpoint: try ChatEndpoint("http://127.0.0.1:9/v1"), model: "m")
                model.cache = try AnswerCache(path: file)
                let question = DescriptionQuestion(className: "q", phrase: "q", domain: "{}")
                _ = model.cachedAnswers(to: [question], count: 10)
            }
        },
    ]
}
