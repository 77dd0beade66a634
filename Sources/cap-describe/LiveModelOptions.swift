import ArgumentParser
import FoundationEssentials
import LanguageModels
import Parameters
import Terminal

/// Which language model is asked, and how.
struct LiveModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How much answers may vary.", valueName: "0...2"))
    var temperature = 1.0

    @Option(help: ArgumentHelp("Requests at a time.", valueName: "count"))
    var concurrency = 4

    @Option(help: ArgumentHelp("The longest that one request may take.", valueName: "seconds"))
    var timeout = 120.0

    @Option(help: ArgumentHelp("Requests for one answer, before giving up.", valueName: "count"))
    var attempts = 6

    @Option(
        help: ArgumentHelp(
            "JSON Lines file that answers are kept in. (default: \(AnswerCache.standardPath(environment: [:])))",
            valueName: "file"),
        completion: .file())
    var cache: String?

    @Flag(help: "Ask for every answer again, and keep none.")
    var noCache = false

    @Option(help: ArgumentHelp("Price of a million tokens of questions.", valueName: "dollars"))
    var promptPrice: Double?

    @Option(help: ArgumentHelp("Price of a million tokens of answers.", valueName: "dollars"))
    var completionPrice: Double?

    func validate() throws {
        guard (0...2).contains(temperature) else {
            throw ValidationError("--temperature must be between 0 and 2, not \(temperature).")
        }
        guard (1...256).contains(concurrency) else {
            throw ValidationError("--concurrency must be between 1 and 256, not \(concurrency).")
        }
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be above 0 and at most 86400, not \(timeout).")
        }
        guard (1...100).contains(attempts) else {
            throw ValidationError("--attempts must be between 1 and 100, not \(attempts).")
        }
        guard (promptPrice == nil) == (completionPrice == nil), (promptPrice ?? 0) >= 0, (completionPrice ?? 0) >= 0 else {
            throw ValidationError("--prompt-price and --completion-price go together and are not negative.")
        }
        guard cache == nil || !noCache else { throw ValidationError("--cache and --no-cache exclude each other.") }
    }

    /// The model that the options name; `progress` is advanced as answers come.
    func chatModel(_ settings: Settings<DescribeParameters>, progress: ProgressBar?) throws -> ChatModel {
        var chat = try ChatModel(endpoint: address(settings), model: settings.languageModel ?? ChatModel.defaultModel)
        chat.key = try APIKey()
        let cache = cache ?? AnswerCache.standardPath()
        // A dry run looks into a cache and does not begin one.
        let isCached = !noCache && (progress != nil || FileManager.default.fileExists(atPath: cache))
        chat.cache = isCached ? try AnswerCache(path: cache) : nil
        chat.temperature = temperature
        chat.maximumTokens = settings.maxTokens
        chat.concurrency = concurrency
        chat.timeout = .seconds(timeout)
        chat.retry.attempts = attempts
        chat.note = { Standard.error.note("cap-describe", $0) }
        if let progress {
            chat.progress = { done, total in
                progress.advance(to: done)
                if done == total { progress.finish() }
            }
            if let key = chat.key, chat.endpoint.isInTheClear {
                chat.note("\(key) goes to \(chat.endpoint) in the clear; use https if that is not your own network")
            }
        }
        return chat
    }

    func price(_ settings: Settings<DescribeParameters>) throws -> TokenPrice? {
        if let promptPrice, let completionPrice { return TokenPrice(prompt: promptPrice, completion: completionPrice) }
        return try TokenPrice.listed(for: settings.languageModel ?? ChatModel.defaultModel, at: address(settings))
    }

    private func address(_ settings: Settings<DescribeParameters>) throws -> ChatEndpoint {
        try settings.endpoint.map { try ChatEndpoint($0) } ?? .openAI
    }
}
