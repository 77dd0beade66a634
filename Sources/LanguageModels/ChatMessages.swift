import FoundationEssentials

/// The body of a request to `/chat/completions`.
struct ChatRequest: Encodable {
    struct Message: Encodable {
        let role: String
        let content: Content
    }

    /// A text alone, which every server takes, or with images, JPEG files.
    enum Content: Encodable {
        case text(String)
        case pictured(String, images: [Data])

        private struct Part: Encodable {
            struct Image: Encodable { let url: String }
            let type: String
            var text: String?
            var image_url: Image?
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .pictured(let text, let images):
                try container.encode(
                    [Part(type: "text", text: text)]
                        + images.map {
                            Part(
                                type: "image_url",
                                image_url: .init(url: "data:image/jpeg;base64," + $0.base64EncodedString()))
                        })
            }
        }
    }

    let model: String
    let messages: [Message]
    let temperature: Double?
    /// Other answers of the same question get another seed, so that a server that honours it varies them.
    let seed: Int?
    let max_tokens: Int?
    let max_completion_tokens: Int?
    let stream: Bool?
}

/// Which parameters a server is sent. One that it refuses is left out, or called by its other name.
struct RequestForm: Equatable, Sendable {
    enum Parameter: String, CaseIterable, Sendable {
        case max_tokens, max_completion_tokens, temperature, seed, stream
    }

    private(set) var sent: Set<Parameter> = [.max_tokens, .temperature, .seed, .stream]
    private var refused: Set<Parameter> = []

    init(model: String) {
        // Newer models of OpenAI know the limit by another name only.
        guard ["o1", "o3", "o4", "gpt-5"].contains(where: model.hasPrefix) else { return }
        sent.remove(.max_tokens)
        sent.insert(.max_completion_tokens)
    }

    func has(_ parameter: Parameter) -> Bool { sent.contains(parameter) }

    /// - Returns: What the server is asked with from now on, for a sentence; nil where the parameter was not sent.
    mutating func leaveOut(_ parameter: Parameter) -> String? {
        guard sent.remove(parameter) != nil else { return nil }
        refused.insert(parameter)
        let other: Parameter? =
            switch parameter {
            case .max_tokens: .max_completion_tokens
            case .max_completion_tokens: .max_tokens
            default: nil
            }
        guard let other, !refused.contains(other) else { return "asking without it" }
        sent.insert(other)
        return "asking with \(other.rawValue)"
    }

    /// The parameter that a server refuses, for a sentence about what is wrong; nil where it is about something else, such as
    /// a value that a person chose.
    func refusedParameter(in failure: ChatFailure) -> Parameter? {
        let said = (failure.message ?? "").lowercased()
        let named = Parameter.allCases.filter { parameter in
            guard has(parameter) else { return false }
            if let name = failure.parameter { return name == parameter.rawValue }
            return said.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == parameter.rawValue }
        }
        return named.first { parameter in
            switch parameter {
            // Their values are not a person's choice.
            case .seed, .stream: true
            default: Self.refusals.contains(where: said.contains) || !Self.values.contains(where: said.contains)
            }
        }
    }

    private static let refusals = [
        "unsupported", "not support", "n't support", "unknown", "unrecogni", "unexpected", "not permitted", "not allowed",
        "extra ",
        "deprecated", "instead", "not implemented", "not available", "no longer", "not accept",
    ]
    private static let values = [
        "too high", "too large", "too low", "too small", "between", "range", "at most", "at least", "less than",
        "greater than",
        "maximum", "minimum", "exceed", "must be", "should be", "positive", "<=", ">=", "≤", "≥", "cannot be",
    ]
}
