import Vocabulary

/// What cap-describe takes, but for how patiently a server is asked.
public struct DescribeParameters: CheckpointParameters {
    public static let stage = Stage.describe

    public let checkpoint = Shared.checkpoint.required()
    public let tokenizer = Shared.tokenizer
    public let activation = Shared.activation
    public let domain = Key<String>(
        "domain", unit: "text", default: "{}",
        "What the images are, with {} where the class goes: \"a satellite photo of {}\".")
    public let candidates = Key<Int>(
        "candidates", .from(1, to: 1000), unit: "count", default: 5, "Descriptions per class to choose from, at most.")
    public let allClasses = Key<Bool>(
        "all-classes", default: false, "Describe every class that has no labels, not only the mismatched.")
    public let answers = Key<FileName?>(
        "answers", role: .input, unit: "file", default: nil,
        "JSON file of class name → list of sentences, in place of a language model.")
    public let endpoint = Key<String?>(
        "endpoint", role: .circumstance, unit: "address", default: nil,
        """
        Address of an OpenAI-compatible API that describes classes, such as http://localhost:11434/v1. A key is taken \
        from CAP_LLM_API_KEY or OPENAI_API_KEY in the environment.
        """
    ).ofPersons()
    public let languageModel = Key<String?>(
        "llm", option: "model", unit: "name", default: nil, "Language model to ask there."
    ).ofPersons()
    public let maxTokens = Key<Int>(
        "max-tokens", .from(1, to: 100_000), role: .circumstance, unit: "count", default: 256, "Tokens of an answer, at most.")
    public let shownImages = Key<Int>(
        "show-images", .from(0, to: 32), unit: "count", default: 0,
        """
        Images of the cluster that a class's name fits best, to be shown with the question to a model that sees. The paper \
        does not.
        """)
    public let seed = Shared.detectionSeed
    public let threads = Shared.threads

    public init() {}

    public static func check(_ settings: Settings<Self>) throws {
        guard settings.domain.contains(ClassTemplate.place) else {
            throw ParameterError(
                DescribeParameters().domain.parameter,
                problem: "must say with {} where the class goes, as in \"a photo of {}\"")
        }
        guard settings.answers == nil || (settings.endpoint == nil && settings.languageModel == nil) else {
            throw ParameterError(
                DescribeParameters().answers.parameter,
                problem: "stands in for a language model: give it, or a model and its server")
        }
    }
}
