import Foundation

/// What came of one request.
enum Attempt {
    case answered(AnswerText, TokenCount, finish: String?)
    /// Something that may pass, as a sentence's end, and the wait that the server asked for.
    case failed(String, retryAfter: Duration?)
}

/// What a response means: an answer, a failure that may pass, or an error for what will not.
extension ChatModel {
    func outcome(of response: HTTPClient.Response) throws -> Attempt {
        switch response.status {
        case 200...299:
            return try completion(in: response)
        case 300...399:
            throw LanguageModelError(
                "\(endpoint) sends on to \(shown(response.location ?? "another address")): name that address with --endpoint")
        case 401, 403:
            // What the server says may hold parts of the key.
            throw LanguageModelError(
                key.map { "\(endpoint) refuses \($0) (HTTP \(response.status)): check it, and that it is for this endpoint" }
                    ?? """
                    \(endpoint) wants a key (HTTP \(response.status)): put it into the environment variable \
                    \(APIKey.variables.joined(separator: " or "))
                    """)
        case 404, 405:
            throw LanguageModelError(
                """
                \(endpoint.completions) is not there, or it has no model \(model) (HTTP \(response.status)\
                \(said(response))): check --endpoint, which often ends in /v1, and --model
                """)
        case 429 where failure(response)?.code == "insufficient_quota":
            throw LanguageModelError("\(endpoint) says that the account of the key has no credit left (HTTP 429)")
        case 408, 409, 425, 429, 500...599:
            return .failed(
                "says HTTP \(response.status)\(said(response))", retryAfter: RetryPolicy.retryAfter(response.retryAfter))
        default:
            throw LanguageModelError("\(endpoint) does not accept the request (HTTP \(response.status)\(said(response)))")
        }
    }

    private func completion(in response: HTTPClient.Response) throws -> Attempt {
        let reply: ChatResponse
        do {
            reply = try JSONDecoder().decode(ChatResponse.self, from: response.body)
        } catch {
            guard !isPage(response) else {
                throw LanguageModelError(
                    "\(endpoint) answers with a web page, not with a completion: check --endpoint, which often ends in /v1")
            }
            let beginning = shown(String(decoding: response.body.prefix(400), as: UTF8.self))
            return .failed("sent what is no chat completion (\"\(beginning)\")", retryAfter: nil)
        }
        guard let choice = reply.choices.first else {
            return .failed("sent a completion without a choice", retryAfter: nil)
        }
        let isRefusal =
            !(choice.message.refusal ?? "").isEmpty || choice.finish_reason == "content_filter"
        let content = choice.message.content ?? ""
        return .answered(
            AnswerText(key?.redacted(content) ?? content, isRefusal: isRefusal), reply.usage?.count ?? TokenCount(),
            finish: choice.finish_reason)
    }

    /// What it means that there was no response.
    func outcome(of failure: HTTPClient.Failure) throws -> Attempt {
        switch failure {
        case .timedOut: return .failed("did not answer within \(Self.seconds(timeout))", retryAfter: nil)
        case .tooLong: return .failed("sent more than a megabyte for one answer", retryAfter: nil)
        case .brokenOff: return .failed("broke off the connection", retryAfter: nil)
        case .noConnection:
            throw LanguageModelError("nothing answers at \(endpoint): is the server running, and is the port right?")
        case .unknownHost:
            throw LanguageModelError(
                "\(endpoint.url.host ?? "the host") cannot be found: check --endpoint and the network")
        case .insecure(let words):
            throw LanguageModelError(
                "no secure connection to \(endpoint), so nothing was sent: \(AnswerText.withoutControls(words))")
        case .failed(let words):
            throw LanguageModelError("\(endpoint) cannot be asked: \(AnswerText.withoutControls(words))")
        }
    }

    private func failure(_ response: HTTPClient.Response) -> ChatFailure? {
        try? JSONDecoder().decode(ChatFailure.self, from: response.body)
    }

    /// What the server says is wrong, for the end of a sentence; nothing where it sent a page.
    private func said(_ response: HTTPClient.Response) -> String {
        guard let message = failure(response)?.message, !isPage(response) else { return "" }
        return ": " + shown(message)
    }

    private func isPage(_ response: HTTPClient.Response) -> Bool {
        response.contentType.contains("html")
            || String(decoding: response.body.prefix(200), as: UTF8.self).lowercased()
                .trimmingCharacters(in: .whitespacesAndNewlines).hasPrefix("<")
    }

    /// Text from a server for a message: one short line without the key.
    private func shown(_ text: String) -> String {
        let line = AnswerText.withoutControls(key?.redacted(text) ?? text).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return line.count > 160 ? line.prefix(159) + "…" : line
    }
}
