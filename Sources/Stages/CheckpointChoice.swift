import Artifacts
import CLIP
import Essentials
import FoundationEssentials
import Parameters
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

    /// nil where the options name none.
    public init?(_ options: TrainedCheckpointOptions) {
        guard let path = options.checkpoint else { return nil }
        self.init(path, tokenizer: options.tokenizer, activation: options.activation)
    }

    /// The one that a model was trained with, wherever it lies now: at the recorded path, or where the model's folder and the
    /// checkpoint's have moved together, or where the command runs in another folder.
    ///
    /// - Throws: ``ArtifactError`` where it is not there any more.
    package init(of model: ArtifactReader<ModelSchema>) throws {
        path = try model.value(\.checkpoint.path)
        let parameters = try model.parameters()
        if case .string(let recorded)? = parameters["tokenizer"] { tokenizer = recorded }
        if case .string(let recorded)? = parameters["activation"] { activation = Activation(rawValue: recorded) }
        let recorded = self
        let tokenizers = recorded.tokenizer.map { Self.places(of: $0, near: model.path).map(Optional.some) } ?? [nil]
        let candidates = Self.places(of: recorded.path, near: model.path).flatMap { path in
            tokenizers.map { tokenizer in
                var candidate = recorded
                (candidate.path, candidate.tokenizer) = (path, tokenizer)
                return candidate
            }
        }
        // The recorded place alone is taken at its word, so that its faults are named; others have to prove to be it.
        if candidates == [recorded] { return }
        let identity = try model.value(\.checkpoint.identity)
        if let found = candidates.first(where: { (try? $0.open().identity()) == identity }) {
            self = found
        } else if !candidates.contains(recorded) {
            let missing = [recorded.path, recorded.tokenizer].compactMap { $0 }.filter {
                !FileManager.default.fileExists(atPath: $0)
            }
            throw ArtifactError(
                """
                \(model.path) was trained with the checkpoint \(recorded.path), and \(missing.first ?? recorded.path) is not here: \
                name it with --checkpoint
                """)
        }
    }

    /// Where a recorded path may lead to now, the path itself first: its end in a folder that holds the model, the longest end
    /// and the nearest folder first.
    private static func places(of path: String, near model: String) -> [String] {
        let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".." }
        var folder = URL(fileURLWithPath: model).standardizedFileURL.deletingLastPathComponent()
        var folders: [URL] = []
        while folders.count < 32 {
            folders.append(folder)
            guard folder.path != "/" else { break }
            folder.deleteLastPathComponent()
        }
        let ends = parts.indices.prefix(32).map { parts[$0...].joined(separator: "/") }
        var places = [path] + ends.flatMap { end in folders.map { $0.appendingPathComponent(end).path } }
        var seen: Set<String> = []
        places = places.filter { place in
            FileManager.default.fileExists(atPath: place)
                && seen.insert(URL(fileURLWithPath: place).standardizedFileURL.resolvingSymlinksInPath().path).inserted
        }
        return places
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
    func open(matching features: ArtifactReader<FeaturesSchema>) throws -> (clip: CLIPCheckpoint, identity: String) {
        let clip = try open()
        let identity = try clip.identity()
        try features.checkMade(with: path, identity: identity, orElse: ", or run cap-embed again")
        return (clip, identity)
    }

    /// Its options as they would be given to the next command.
    public var words: [String] {
        ["--checkpoint", path] + (tokenizer.map { ["--tokenizer", $0] } ?? [])
            + (activation.map { ["--activation", $0.rawValue] } ?? [])
    }

    /// Fingerprints of what it is read from.
    func sources() throws -> [String: Identity] {
        var sources = try ["checkpoint": SourceFingerprint.ofCheckpoint(path)]
        if let tokenizer { sources["tokenizer"] = try SourceFingerprint.ofCheckpoint(tokenizer) }
        return sources
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

extension Settings where Declared: CheckpointParameters {
    /// The CLIP that they name.
    ///
    /// - Throws: `ParameterError` where they name none.
    public var checkpointChoice: CheckpointChoice {
        get throws {
            guard let checkpoint = self.checkpoint else {
                throw ParameterError("model", problem: "names no checkpoint", option: "checkpoint")
            }
            return CheckpointChoice(checkpoint.path, tokenizer: self.tokenizer?.path, activation: self.activation)
        }
    }
}

extension ArtifactReader where Kind: CheckpointKind {
    /// Refuses an artifact that was made with another checkpoint than the one of `identity`.
    ///
    /// - Parameter remedy: what else would mend it, behind the advice to name the other one.
    func checkMade(with checkpoint: String, identity: String, orElse remedy: String = "") throws {
        guard try value(\.checkpoint.identity) == identity else {
            throw ArtifactError(
                """
                \(path) was made with another checkpoint than \(checkpoint): \
                name that one with --checkpoint (and its --tokenizer)\(remedy)
                """)
        }
    }
}
