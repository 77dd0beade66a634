import Artifacts
import FoundationEssentials
import Launch
import Parameters
import Runs
import Terminal

/// The artifact that a stage writes, as `-o` and `--if-changed` say it on a command line.
public struct StageOutput: Sendable {
    public var path: String
    /// Whether a file that was made with the same parameters from the same content is left as it is.
    public var isKeptUnchanged = false
    /// Further files that belong to it.
    public var companions: [String] = []
    /// The part of the images that alone is done and left beside it, for a run without one to join; nil for all, and the file itself.
    public var part: WorkPart?

    public init(_ path: String) {
        self.path = path
    }

    public init(_ option: OutputOption) {
        path = option.output
        isKeptUnchanged = option.ifChanged
    }

    /// Opens it for writing.
    ///
    /// - Throws: `UnchangedOutput` where it is to be kept, and otherwise as `ArtifactWriter` does.
    func writer<Kind: ArtifactKind>(
        _ stage: Stage, schema kind: Kind, provenance: Provenance
    ) throws -> ArtifactWriter<Kind> {
        try keepUnchanged(stage, schema: kind, provenance: provenance)
        return try ArtifactWriter(path, schema: kind, provenance: provenance)
    }

    /// - Throws: `UnchangedOutput` where it is to be kept.
    func keepUnchanged<Kind: ArtifactKind>(_ stage: Stage, schema kind: Kind, provenance: Provenance) throws {
        if isKeptUnchanged, companions.allSatisfy({ FileManager.default.fileExists(atPath: $0) }),
            let artifact = try? ArtifactReader(path, schema: kind), let made = try Recipe(artifact),
            Recipe(stage, provenance).difference(from: made) == nil
        {
            throw UnchangedOutput(path)
        }
    }
}
