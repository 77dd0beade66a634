import Artifacts
import CLIP
import Foundation
import Terminal
import Vocabulary

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
        self.init(options.checkpoint, tokenizer: options.tokenizer, activation: options.activation)
    }

    /// nil where the options name none.
    public init?(_ options: TrainedCheckpointOptions) {
        guard let path = options.checkpoint else { return nil }
        self.init(path, tokenizer: options.tokenizer, activation: options.activation)
    }

    /// The one that a model was trained with.
    ///
    /// - Throws: ``ArtifactError`` where it is not there any more.
    package init(of model: ArtifactReader) throws {
        path = try model.string(attribute: "checkpoint")
        let parameters = try model.parameters()
        if case .string(let recorded)? = parameters["tokenizer"] { tokenizer = recorded }
        if case .string(let recorded)? = parameters["activation"] { activation = Activation(rawValue: recorded) }
        for file in [path, tokenizer].compactMap({ $0 }) where !FileManager.default.fileExists(atPath: file) {
            throw ArtifactError(
                "\(model.path) was trained with the checkpoint \(path), and \(file) is not here: name it with --checkpoint")
        }
    }

    public init(_ path: String, tokenizer: String?, activation: Activation?) {
        self.path = path
        self.tokenizer = tokenizer
        self.activation = activation
    }

    package func open() throws -> CLIPCheckpoint {
        try CLIPCheckpoint(path, tokenizer: tokenizer, activation: activation)
    }

    /// Opens it, if it is the one that `features` were made with.
    ///
    /// - Returns: the checkpoint and its identity, which takes reading all of its files.
    func open(matching features: ArtifactReader) throws -> (clip: CLIPCheckpoint, identity: String) {
        let clip = try open()
        let identity = try clip.identity()
        try features.checkMade(with: path, identity: identity, orElse: ", or run cap-embed again")
        return (clip, identity)
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

extension ArtifactReader {
    /// Refuses an artifact that was made with another checkpoint than the one of `identity`.
    ///
    /// - Parameter remedy: what else would mend it, behind the advice to name the other one.
    func checkMade(with checkpoint: String, identity: String, orElse remedy: String = "") throws {
        guard try string(attribute: "checkpoint_identity") == identity else {
            throw ArtifactError(
                """
                \(path) was made with another checkpoint than \(checkpoint): \
                name that one with --checkpoint (and its --tokenizer)\(remedy)
                """)
        }
    }
}
