import Foundation

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

    static func seconds(_ duration: Duration) -> String {
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
        } catch let failure as HTTPClient.Failure {
            return try outcome(of: failure)
        }
        return try outcome(of: response)
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
