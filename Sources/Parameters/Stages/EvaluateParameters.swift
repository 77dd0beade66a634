import Vocabulary

/// What cap-eval takes.
public struct EvaluateParameters: CheckpointParameters, EncoderParameters {
    public static let stage = Stage.eval

    public let checkpoint = Shared.checkpoint.required()
    public let tokenizer = Shared.tokenizer
    public let activation = Shared.activation
    public let precision = Shared.precision
    public let device = Shared.device
    public let threads = Shared.threads

    public init() {}
}
