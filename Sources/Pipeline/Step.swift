import Artifacts
import Essentials
import Parameters
import Runs

/// What makes one artifact: a command line, what it reads, and what decides the result.
public struct Step: Sendable {
    /// Relative to RUNS.
    public let target: String
    /// Artifacts that are read, relative to RUNS, with the schema that they are recorded under.
    public let inputs: [(path: String, schema: ArtifactSchema)]
    /// Other steps that must be done before.
    public var prerequisites: [String] = []
    /// Files that belong to the target.
    public var companions: [String] = []
    /// The program's name and its arguments.
    public let command: [String]
    /// What is made; nil for what is no artifact.
    public let schema: ArtifactSchema?
    public let stage: Stage?
    /// The parameters that change the result, as the artifact records them.
    public var parameters: [String: JSONValue] = [:]
    /// What is read besides artifacts, by the parameter's recorded name.
    public var sources: [String: Source] = [:]

    /// Whether the target is a mark that the command has ended well, which it does not make itself.
    var isMark: Bool { stage == nil && schema == nil && target.hasSuffix(".complete") }

    /// Something outside of RUNS.
    public enum Source: Sendable, Equatable {
        /// A file that is read whole.
        case file(String)
        case checkpoint(String)
        /// A folder of which the listing counts.
        case folder(String)
    }

    init(
        _ target: String, _ stage: Stage?, _ schema: ArtifactSchema?, inputs: [(path: String, schema: ArtifactSchema)],
        command: [String]
    ) {
        self.target = target
        self.stage = stage
        self.schema = schema
        self.inputs = inputs
        self.command = command
    }
}
