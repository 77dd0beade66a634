import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A model behind an OpenAI-compatible chat endpoint: OpenAI's own, Ollama, llama.cpp's server, vLLM.
///
///     var model = ChatModel(endpoint: try ChatEndpoint("http://localhost:11434/v1"), model: "llama3.2")
///     model.key = try APIKey()
///     model.cache = try AnswerCache(path: "answers.jsonl")
///     let answers = try await model.answer(questions, count: 5)
///
/// Every answer is a request of its own, several at a time. What may pass (too many requests, a server's fault, a hung or
/// broken connection, an empty answer, a refusal) is tried again; what will not (a wrong key, address or model, a
/// certificate that is not trusted) ends the run with a sentence that says what to do.
public struct ChatModel: LanguageModel {
    public static let defaultModel = "gpt-4o-mini"

    public var endpoint: ChatEndpoint
    public var model: String
    public var key: APIKey?
    public var cache: AnswerCache?
    public var temperature = 1.0
    /// Most tokens of an answer.
    public var maximumTokens = 256
    /// Requests under way at a time.
    public var concurrency = 4
    /// The longest that one request may take.
    public var timeout: Duration = .seconds(120)
    public var retry = RetryPolicy()
    /// Called after every answer, with how many of how many there are.
    public var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    /// Called with what is worth telling a person, such as why a request is made again.
    public var note: @Sendable (String) -> Void = { _ in }

    /// The most bytes of a response that are read.
    private static let longestResponse = 1 << 20

    public init(endpoint: ChatEndpoint = .openAI, model: String = Self.defaultModel) {
        self.endpoint = endpoint
        self.model = model
    }

    public var name: String { "\(model) at \(endpoint)" }

    /// How many of the answers are in the cache already.
    public func cachedAnswers(to questions: [DescriptionQuestion], count: Int) -> Int {
        jobs(questions, count: count).count { cache?.answer(to: $0.key) != nil }
    }

    /// Asks each question `count` times; refused and empty answers may leave fewer, but at least one.
    ///
    /// - Throws: ``LanguageModelError``. What was answered until then is in the cache.
    public func answer(_ questions: [DescriptionQuestion], count: Int) async throws -> DescriptionAnswers {
        let jobs = jobs(questions, count: count)
        var outcomes = [Outcome?](repeating: nil, count: jobs.count)
        for (number, job) in jobs.enumerated() {
            outcomes[number] = cache?.answer(to: job.key).map { Outcome(answer: $0) }
        }
        let missing = jobs.indices.filter { outcomes[$0] == nil }
        let client = HTTPClient(longestBody: Self.longestResponse)
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var next = missing.makeIterator()
            func start() {
                guard let number = next.next() else { return }
                group.addTask { (number, try await ask(jobs[number], client)) }
            }
            for _ in 0..<max(1, concurrency) { start() }
            var done = jobs.count - missing.count
            while let (number, outcome) = try await group.next() {
                outcomes[number] = outcome
                done += 1
                progress(done, jobs.count)
                start()
            }
        }
        return try collected(outcomes.compactMap { $0 }, questions, count: count)
    }

    // MARK: - One answer

    private struct Job: Sendable {
        let className: String
        let key: AnswerCache.Question
    }

    /// What came of asking for one answer.
    private struct Outcome: Sendable {
        var answer: AnswerCache.Answer?
        /// Why there is none.
        var problem = ""
        /// Paid in this run.
        var paid = TokenCount()
    }

    /// What came of one request.
    private enum Attempt {
        case answered(AnswerText, TokenCount, finish: String?)
        /// Something that may pass, as a sentence's end, and the wait that the server asked for.
        case failed(String, retryAfter: Duration?)
    }

    private func jobs(_ questions: [DescriptionQuestion], count: Int) -> [Job] {
        questions.flatMap { question in
            (0..<max(1, count)).map { number in
                Job(
                    className: question.className,
                    key: AnswerCache.Question(
                        endpoint: endpoint.description, model: model, question: question.text,
                        temperature: temperature, maximumTokens: maximumTokens, number: number))
            }
        }
    }

    private func ask(_ job: Job, _ client: HTTPClient) async throws -> Outcome {
        var outcome = Outcome()
        for attempt in 1...max(1, retry.attempts) {
            let isLast = attempt == max(1, retry.attempts)
            var wait = retry.backoff(after: attempt)
            switch try await request(job.key, attempt: attempt, client) {
            case .answered(.usable(let text), let tokens, _):
                outcome.paid += tokens
                let answer = AnswerCache.Answer(text: text, tokens: tokens)
                try cache?.keep(answer, to: job.key)
                outcome.answer = answer
                return outcome
            case .answered(let text, let tokens, let finish):
                outcome.paid += tokens
                outcome.problem = text == .refused ? "a refusal" : "an empty answer"
                if finish == "length" { outcome.problem += " that used up \(maximumTokens) tokens (raise --max-tokens)" }
                // The model is well; asking it another time is no burden to it.
                wait = .zero
            case .failed(let reason, let retryAfter):
                guard !isLast else {
                    throw LanguageModelError("\(endpoint) \(reason), \(retry.attempts) times; \(Self.later)")
                }
                if let retryAfter, retryAfter > retry.mostPatience {
                    throw LanguageModelError(
                        "\(endpoint) \(reason) and asks to wait \(retryAfter.formatted()); \(Self.later)")
                }
                wait = retryAfter.map { max($0, .zero) } ?? wait
                note("\(endpoint) \(reason); trying again in \(Self.seconds(wait))")
            }
            if !isLast { try await retry.wait(wait) }
        }
        return outcome
    }

    private static let later = "run this again later: the answers so far are kept in the cache"

    private static func seconds(_ duration: Duration) -> String {
        String(format: "%.1f s", duration / .seconds(1))
    }

    private func request(
        _ question: AnswerCache.Question, attempt: Int, _ client: HTTPClient
    ) async throws -> Attempt {
        // Newer models of OpenAI know the limit by another name only.
        let isReasoning = model.hasPrefix("o1") || model.hasPrefix("o3") || model.hasPrefix("o4") || model.hasPrefix("gpt-5")
        let body = ChatRequest(
            model: model, messages: [.init(role: "user", content: question.question)], temperature: temperature,
            // An empty answer is not asked for again with the seed that gave it.
            seed: question.number + 1000 * (attempt - 1),
            max_tokens: isReasoning ? nil : maximumTokens, max_completion_tokens: isReasoning ? maximumTokens : nil)
        var headers = ["Content-Type": "application/json", "Accept": "application/json"]
        if let key { headers["Authorization"] = "Bearer \(key.value)" }
        let response: HTTPClient.Response
        do {
            response = try await client.post(
                JSONEncoder().encode(body), to: endpoint.completions, headers: headers, timeout: timeout)
        } catch HTTPClient.Failure.timedOut {
            return .failed("did not answer within \(Self.seconds(timeout))", retryAfter: nil)
        } catch HTTPClient.Failure.tooLong {
            return .failed("sent more than a megabyte for one answer", retryAfter: nil)
        } catch HTTPClient.Failure.failed(let error) {
            return try Self.outcome(of: error, endpoint)
        }
        return try outcome(of: response)
    }

    // MARK: - What a response means

    private func outcome(of response: HTTPClient.Response) throws -> Attempt {
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

    private static func outcome(of error: URLError, _ endpoint: ChatEndpoint) throws -> Attempt {
        let words = error.localizedDescription
        switch error.code {
        // The session has no code of its own for most of what TLS can refuse.
        case .unknown where ["SSL", "TLS", "certificate"].contains(where: words.contains):
            throw insecure(endpoint, words)
        case .networkConnectionLost, .badServerResponse, .cannotParseResponse, .unknown:
            return .failed("broke off the connection", retryAfter: nil)
        case .cannotConnectToHost:
            throw LanguageModelError("nothing answers at \(endpoint): is the server running, and is the port right?")
        case .cannotFindHost, .dnsLookupFailed:
            throw LanguageModelError(
                "\(endpoint.url.host ?? "the host") cannot be found: check --endpoint and the network")
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected:
            throw insecure(endpoint, words)
        default:
            throw LanguageModelError("\(endpoint) cannot be asked: \(words)")
        }
    }

    private static func insecure(_ endpoint: ChatEndpoint, _ words: String) -> LanguageModelError {
        LanguageModelError(
            "no secure connection to \(endpoint), so nothing was sent: \(AnswerText.withoutControls(words))")
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

    // MARK: - All answers

    private func collected(
        _ outcomes: [Outcome], _ questions: [DescriptionQuestion], count: Int
    ) throws -> DescriptionAnswers {
        let count = max(1, count)
        var (tokens, paid) = (TokenCount(), TokenCount())
        for outcome in outcomes {
            if let answer = outcome.answer { tokens += answer.tokens }
            paid += outcome.paid
        }
        let texts = try questions.enumerated().map { position, question in
            let own = outcomes[position * count..<(position + 1) * count]
            let texts = own.compactMap { $0.answer?.text }
            guard !texts.isEmpty else {
                throw LanguageModelError(
                    """
                    \(model) gave \(own.last?.problem ?? "no answer") to every request about the class \
                    \"\(question.className)\"; describe it yourself in a file for --answers, or ask another model
                    """)
            }
            if texts.count < count {
                let without = own.first { $0.answer == nil }?.problem ?? "no answer"
                note("\"\(question.className)\" has \(texts.count) of \(count) descriptions: \(model) gave \(without)")
            }
            return texts
        }
        return DescriptionAnswers(texts: texts, tokens: tokens, paid: paid)
    }
}
