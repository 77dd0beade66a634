/// Describes classes in words.
public protocol LanguageModel {
    /// How artifacts name it: the model that answers, or the file that answers come from.
    var name: String { get }

    /// Asks each question `count` times.
    func answer(_ questions: [DescriptionQuestion], count: Int) throws -> DescriptionAnswers
}

/// What a language model is asked about a class (CAP, Appendix B.2).
public struct DescriptionQuestion: Sendable, Hashable {
    /// The class, as the data set calls it.
    public let className: String
    /// The question in words.
    public let text: String

    /// Asks for the features of a class.
    ///
    /// - Parameters:
    ///   - phrase: the class in words, such as "chaparral".
    ///   - domain: what its images are, with `{}` where the phrase goes: "a satellite photo of {}".
    public init(className: String, phrase: String, domain: String) {
        self.className = className
        let subject = domain.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: phrase)
        text = "Please describe the most distinguishing visual features of \(subject), in one sentence."
    }
}

/// What a language model answered.
public struct DescriptionAnswers: Sendable {
    /// The descriptions in the order of the questions, at least one for each.
    public let texts: [[String]]
    /// Tokens sent to the model.
    public let promptTokens: Int
    /// Tokens received from it.
    public let completionTokens: Int

    public init(texts: [[String]], promptTokens: Int = 0, completionTokens: Int = 0) {
        self.texts = texts
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }
}
