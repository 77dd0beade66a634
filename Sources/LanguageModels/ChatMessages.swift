/// The body of a request to `/chat/completions`.
struct ChatRequest: Encodable {
    struct Message: Encodable {
        let role: String
        let content: String
    }

    let model: String
    let messages: [Message]
    let temperature: Double
    /// Other answers of the same question get another seed, so that a server that honours it varies them.
    let seed: Int
    let max_tokens: Int?
    let max_completion_tokens: Int?
    let stream = false
}

/// What is read of the body of a response.
struct ChatResponse: Decodable {
    struct Choice: Decodable {
        let message: Message
        let finish_reason: String?
    }

    struct Message: Decodable {
        let content: String?
        let refusal: String?
    }

    struct Usage: Decodable {
        let prompt_tokens: Int?
        let completion_tokens: Int?

        /// What the server counted; negative numbers count as none.
        var count: TokenCount { TokenCount(prompt: max(0, prompt_tokens ?? 0), completion: max(0, completion_tokens ?? 0)) }
    }

    let choices: [Choice]
    let usage: Usage?
}

/// The body of a response that says what is wrong: OpenAI's `{"error": {"message", "code"}}`, and what others make of it.
struct ChatFailure: Decodable {
    let message: String?
    let code: String?

    private enum Keys: String, CodingKey {
        case error, message, code, detail, type
    }

    init(from decoder: any Decoder) throws {
        let top = try decoder.container(keyedBy: Keys.self)
        if let inner = try? top.nestedContainer(keyedBy: Keys.self, forKey: .error) {
            message = try? inner.decode(String.self, forKey: .message)
            code = (try? inner.decode(String.self, forKey: .code)) ?? (try? inner.decode(String.self, forKey: .type))
        } else {
            message =
                (try? top.decode(String.self, forKey: .error)) ?? (try? top.decode(String.self, forKey: .message))
                ?? (try? top.decode(String.self, forKey: .detail))
            code = try? top.decode(String.self, forKey: .code)
        }
    }
}
