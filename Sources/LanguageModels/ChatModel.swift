import Essentials
import FoundationEssentials
import Parallel

/// A model behind an OpenAI-compatible chat endpoint: OpenAI's own, Ollama, llama.cpp's server, vLLM.
///
///     var model = ChatModel(endpoint: try ChatEndpoint("http://localhost:11434/v1"), model: "llama3.2")
///     model.key = try APIKey()
///     model.cache = try AnswerCache(path: "answers.jsonl")
///     let answers = try await model.answer(questions, count: 5)
///
/// Every answer is a request of its own, several at a time. What may pass (too many requests, a server's fault, a hung or
/// broken connection, an empty answer, a refusal, an answer that cannot be told from its wrapping) is tried again; what will
/// not (a wrong key, address or model, a certificate that is not trusted) ends the run with a sentence that says what to do.
/// A parameter that the server does not know is left out from then on.
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
        jobs(questions, count: count).count { cached($0.key) != nil }
    }

    /// A kept answer, unless it would not be taken today.
    private func cached(_ question: AnswerCache.Question) -> AnswerCache.Answer? {
        guard let answer = cache?.answer(to: question), AnswerText(answer.text) == .usable(answer.text),
            key?.isHidden(in: answer.text) != true
        else { return nil }
        return answer
    }

    /// Asks each question `count` times; refused and empty answers may leave fewer, but at least one.
    ///
    /// - Throws: ``LanguageModelError``. What was answered until then is in the cache.
    public func answer(_ questions: [DescriptionQuestion], count: Int) async throws -> DescriptionAnswers {
        let jobs = jobs(questions, count: count)
        var outcomes = [Outcome?](repeating: nil, count: jobs.count)
        for (number, job) in jobs.enumerated() {
            outcomes[number] = cached(job.key).map { Outcome(answer: $0) }
        }
        let missing = jobs.indices.filter { outcomes[$0] == nil }
        let client = HTTPClient(longestBody: Self.longestResponse)
        let form = SharedForm(RequestForm(model: model))
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var next = missing.makeIterator()
            func start() {
                guard let number = next.next() else { return }
                group.addTask { (number, try await ask(jobs[number], client, form)) }
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
        let images: [Data]
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
                        temperature: temperature, maximumTokens: maximumTokens, number: number,
                        images: question.imagesIdentity),
                    images: question.images)
            }
        }
    }

    private func ask(_ job: Job, _ client: HTTPClient, _ shared: SharedForm) async throws -> Outcome {
        var outcome = Outcome()
        var attempt = 1
        while attempt <= max(1, retry.attempts) {
            let isLast = attempt == max(1, retry.attempts)
            var wait = retry.backoff(after: attempt)
            let form = shared.form
            switch try await request(job, form, attempt: attempt, client) {
            case .answered(.usable(let text), let remarks):
                outcome.paid += remarks.tokens
                let answer = AnswerCache.Answer(text: text, tokens: remarks.tokens)
                try cache?.keep(answer, to: job.key)
                outcome.answer = answer
                return outcome
            case .answered(let text, let remarks):
                outcome.paid += remarks.tokens
                outcome.problem = problem(text, remarks)
                // The model is well; asking it another time is no burden to it.
                wait = .zero
            case .refused(let parameter):
                if let instead = shared.leaveOut(parameter) {
                    note("\(endpoint) does not take \(parameter.rawValue): \(instead)")
                } else if form == shared.form {
                    throw LanguageModelError("\(endpoint) does not accept the request, for its \(parameter.rawValue)")
                }
                // Nothing was asked yet.
                continue
            case .failed(let reason, let retryAfter):
                guard !isLast else {
                    throw LanguageModelError("\(endpoint) \(reason), \(retry.attempts) times; \(Self.later)")
                }
                if let retryAfter, retryAfter > retry.mostPatience {
                    throw LanguageModelError(
                        "\(endpoint) \(reason) and asks to wait \(Self.clock(retryAfter)); \(Self.later)")
                }
                wait = retryAfter.map { max($0, .zero) } ?? wait
                note("\(endpoint) \(reason); trying again in \(Self.seconds(wait))")
            }
            if !isLast { try await retry.wait(wait) }
            attempt += 1
        }
        return outcome
    }

    /// What an answer of no use is, for a sentence.
    private func problem(_ text: AnswerText, _ remarks: Attempt.Remarks) -> String {
        let problem: String
        switch text {
        case .refused: problem = "a refusal"
        case .empty where remarks.hasReasoning: problem = "nothing but its reasoning"
        case .unclear where remarks.holdsKey: problem = "an answer with the key in it"
        case .unclear: problem = "an answer that cannot be told from its reasoning or its wrapping"
        case .empty, .usable: problem = "an empty answer"
        }
        return remarks.finish == "length" ? problem + " that used up \(maximumTokens) tokens (raise --max-tokens)" : problem
    }

    private static let later = "run this again later: the answers so far are kept in the cache"

    /// Hours, minutes and seconds: `0:05:00`.
    private static func clock(_ duration: Duration) -> String {
        let whole = Int((duration / .seconds(1)).rounded(.toNearestOrEven))
        return String(printf: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }

    static func seconds(_ duration: Duration) -> String {
        String(printf: "%.1f s", duration / .seconds(1))
    }

    private func request(
        _ job: Job, _ form: RequestForm, attempt: Int, _ client: HTTPClient
    ) async throws -> Attempt {
        let question = job.key.question
        let body = ChatRequest(
            model: model,
            messages: [
                .init(role: "user", content: job.images.isEmpty ? .text(question) : .pictured(question, images: job.images))
            ],
            temperature: form.has(.temperature) ? temperature : nil,
            // An empty answer is not asked for again with the seed that gave it.
            seed: form.has(.seed) ? job.key.number + 1000 * (attempt - 1) : nil,
            max_tokens: form.has(.max_tokens) ? maximumTokens : nil,
            max_completion_tokens: form.has(.max_completion_tokens) ? maximumTokens : nil,
            stream: form.has(.stream) ? false : nil)
        var headers = ["Content-Type": "application/json", "Accept": "application/json"]
        if let key { headers["Authorization"] = "Bearer \(key.value)" }
        let response: HTTPClient.Response
        do {
            response = try await client.post(
                JSONEncoder().encode(body), to: endpoint.completions, headers: headers, timeout: timeout)
        } catch let failure as HTTPClient.Failure {
            return try outcome(of: failure)
        }
        return try outcome(of: response, to: form)
    }

    /// The form of all requests of a run: what one of them finds out the others know.
    private final class SharedForm: Sendable {
        private let state: Mutex<RequestForm>

        init(_ form: RequestForm) { state = Mutex(form) }

        var form: RequestForm { state.withLock { $0 } }

        func leaveOut(_ parameter: RequestForm.Parameter) -> String? { state.withLock { $0.leaveOut(parameter) } }
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
