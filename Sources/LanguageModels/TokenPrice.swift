/// What a million tokens cost, in US dollars.
public struct TokenPrice: Sendable, Equatable {
    public var prompt: Double
    public var completion: Double

    public init(prompt: Double, completion: Double) {
        self.prompt = prompt
        self.completion = completion
    }

    /// OpenAI's list price of the default model (platform.openai.com/docs/pricing, 2025); nil for every other.
    public static func listed(for model: String, at endpoint: ChatEndpoint) -> TokenPrice? {
        model == ChatModel.defaultModel && endpoint == .openAI ? TokenPrice(prompt: 0.15, completion: 0.60) : nil
    }

    public func cost(of tokens: TokenCount) -> Double {
        (Double(tokens.prompt) * prompt + Double(tokens.completion) * completion) / 1e6
    }
}
