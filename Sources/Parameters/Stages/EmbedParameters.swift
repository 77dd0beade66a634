import Vocabulary

/// What cap-embed takes.
public struct EmbedParameters: CheckpointParameters, EncoderParameters {
    public static let stage = Stage.embed

    public let checkpoint = Shared.checkpoint.required()
    public let tokenizer = Shared.tokenizer
    public let activation = Shared.activation
    public let templates = Key<TextList>(
        "template", unit: "text", default: TextList([ClassTemplate.photo]),
        "Sentence with {} where a class's phrase goes. Several are averaged.")
    public let batch = Key<Int>(
        "embed-batch", option: "batch", .from(1, to: 65_536), role: .circumstance, unit: "count", default: 64,
        "Images to encode at a time.")
    public let precision = Shared.precision
    public let device = Shared.device
    public let threads = Shared.threads

    public init() {}

    public static func check(_ settings: Settings<Self>) throws {
        for text in settings.templates.texts where !ClassTemplate.isTemplate(text) {
            throw ParameterError(
                EmbedParameters().templates.parameter,
                problem: "needs {} once, where the class goes, as in \"\(ClassTemplate.photo)\", not \"\(text)\"")
        }
    }
}
