import Essentials
import FoundationEssentials

/// What came of one request.
enum Attempt {
    case answered(AnswerText, Remarks)
    /// Something that may pass, as a sentence's end, and the wait that the server asked for.
    case failed(String, retryAfter: Duration?)
    /// The server does not know a parameter, and says so.
    case refused(RequestForm.Parameter)

    /// What is known of an answer besides its text.
    struct Remarks {
        var tokens = TokenCount()
        var finish: String?
        /// Whether the server has the model's reasoning apart from its answer.
        var hasReasoning = false
        /// Whether the key was in it, written otherwise.
        var holdsKey = false
    }
}

/// What a response means: an answer, a failure that may pass, or an error for what will not.
extension ChatModel {
    func outcome(of response: HTTPClient.Response, to form: RequestForm) throws -> Attempt {
        guard (200...299).contains(response.status) else {
            let failure = ChatFailure(response.body)
            return try outcome(status: response.status, failure, response, form)
        }
        switch ChatReply(response.body) {
        case .completion(let completion):
            return answer(in: completion)
        case .failure(let failure):
            // Some servers say what is wrong under a status that says that nothing is.
            return try outcome(status: failure.meaning, failure, response, form)
        case .noChoice:
            return .failed("sent a completion without a choice", retryAfter: nil)
        case .brokenOff:
            return .failed("broke off its answer", retryAfter: nil)
        case .other:
            guard !isPage(response) else {
                throw LanguageModelError(
                    "\(endpoint) answers with a web page, not with a completion: check --endpoint, which often ends in /v1")
            }
            let beginning = shown(String(decoding: response.body.prefix(400), as: UTF8.self))
            return .failed("sent what is no chat completion (\"\(beginning)\")", retryAfter: nil)
        }
    }

    private func answer(in completion: ChatReply.Completion) -> Attempt {
        var remarks = Attempt.Remarks(
            tokens: completion.tokens, finish: completion.finish, hasReasoning: completion.hasReasoning)
        let text = AnswerText(key?.redacted(completion.text) ?? completion.text, isRefusal: completion.isRefusal)
        // What was taken off may have stood between its parts.
        if case .usable(let sentence) = text, let key, key.isHidden(in: sentence) {
            remarks.holdsKey = true
            return .answered(.unclear, remarks)
        }
        return .answered(text, remarks)
    }

    /// - Parameter status: the HTTP status, or the one that the words under a good one stand for.
    private func outcome(
        status: Int?, _ failure: ChatFailure?, _ response: HTTPClient.Response, _ form: RequestForm
    ) throws -> Attempt {
        let said = said(failure, response)
        let code = "HTTP \(response.status)"
        if let failure, ![401, 403, 429].contains(status), let parameter = form.refusedParameter(in: failure) {
            return .refused(parameter)
        }
        switch status {
        case (300...399)?:
            throw LanguageModelError(
                "\(endpoint) sends on to \(shown(response.location ?? "another address")): name that address with --endpoint"
            )
        case 402?:
            throw LanguageModelError("\(endpoint) says that the account of the key has no credit left (\(code))")
        case (400...499)? where failure?.isOfCredit == true:
            throw LanguageModelError("\(endpoint) says that the account of the key has no credit left (\(code))")
        case 401?, 403?:
            // What the server says to a wrong key may hold parts of it too short to be found.
            let reason = status == 403 && !said.lowercased().contains("key") ? said : ""
            throw LanguageModelError(
                key.map {
                    "\(endpoint) refuses \($0) (\(code)\(reason)): check it, and that it is for this endpoint"
                }
                    ?? """
                    \(endpoint) wants a key (\(code)\(reason)): put it into the environment variable \
                    \(APIKey.variables.joined(separator: " or "))
                    """)
        case 404?, 405?:
            throw LanguageModelError(
                """
                \(endpoint.completions) is not there, or it has no model \(model) (\(code)\(said)): \
                check --endpoint, which often ends in /v1, and --model
                """)
        case nil, 408?, 409?, 425?, 429?, (500...599)?:
            return .failed("says \(code)\(said)", retryAfter: RetryPolicy.retryAfter(response.retryAfter))
        default:
            throw LanguageModelError("\(endpoint) does not accept the request (\(code)\(said))")
        }
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

    /// What the server says is wrong, for the end of a sentence; nothing where it sent a page.
    private func said(_ failure: ChatFailure?, _ response: HTTPClient.Response) -> String {
        if let message = failure?.message, !message.isEmpty { return ": " + shown(message) }
        guard failure == nil, !isPage(response), response.contentType.hasPrefix("text/plain") else { return "" }
        let text = shown(String(decoding: response.body.prefix(400), as: UTF8.self))
        return text.isEmpty ? "" : ": " + text
    }

    private func isPage(_ response: HTTPClient.Response) -> Bool {
        response.contentType.contains("html")
            || String(decoding: response.body.prefix(200), as: UTF8.self).lowercased()
                .trimmingWhitespace().hasPrefix("<")
    }

    /// Text from a server for a message: one short line without the key.
    private func shown(_ text: String) -> String {
        let line = AnswerText.withoutControls(key?.redacted(text) ?? text).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        guard key?.isHidden(in: line) != true else { return "[words with the key in them]" }
        return line.count > 300 ? line.prefix(299) + "…" : line
    }
}
