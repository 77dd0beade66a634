import Artifacts
import CLIP
import Terminal

/// Which CLIP a stage uses, as `--checkpoint`, `--tokenizer` and `--activation` say it on a command line.
public struct CheckpointChoice: Sendable, Equatable {
    /// A Hugging Face folder, or a file of weights.
    public var path: String
    /// A folder or file; nil for the tokenizer beside the weights.
    public var tokenizer: String?
    /// Of weights without a configuration; nil for what their format suggests.
    public var activation: Activation?

    public init(_ path: String) {
        self.path = path
    }

    public init(_ options: CheckpointOptions) {
        path = options.checkpoint
        tokenizer = options.tokenizer
        activation = switch options.activation {
        case .quickGELU: .quickGELU
        case .gelu: .gelu
        case nil: nil
        }
    }

    func open() throws -> CLIPCheckpoint {
        try CLIPCheckpoint(path, tokenizer: tokenizer, activation: activation)
    }

    /// What artifacts record of it.
    func parameters(identity: String) -> [String: JSONValue] {
        [
            "checkpoint": .string(path), "checkpoint_identity": .string(identity),
            "tokenizer": tokenizer.map(JSONValue.string) ?? .null,
            "activation": activation.map { .string($0.rawValue) } ?? .null,
        ]
    }
}
