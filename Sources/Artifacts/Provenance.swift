import Essentials
import FoundationEssentials

/// How an artifact came to be: recorded in it, so that it can be made again and mistakes can be refused.
public struct Provenance: Sendable {
    /// The command line as one would type it.
    public let command: String
    /// Every parameter with its value, given or default.
    public let parameters: [String: JSONValue]
    public let inputs: [ArtifactInput]
    /// Fingerprints of what was read besides: a data set's folder, a checkpoint, answers.
    public let sources: [String: Identity]
    /// Names and versions of the software that computed.
    public let software: [String: String]
    public let seed: Int?
    /// The identity of the images that all inputs descend from; nil if there is no input artifact.
    public let imageSet: Identity?

    /// Collects the provenance of an artifact about to be written.
    ///
    /// - Parameters:
    ///   - arguments: the command line, program first.
    ///   - inputs: the artifacts read.
    ///   - sources: fingerprints of what is read besides, by the name of the parameter that says where it is.
    /// - Throws: ``ArtifactError`` if the inputs do not belong together, naming both files.
    public init(
        arguments: [String] = CommandLine.arguments, parameters: [String: JSONValue],
        inputs: [any Artifact], sources: [String: Identity] = [:],
        software: [String: String], seed: Int?
    ) throws {
        try Lineage.check(inputs)
        command = ShellWord.line(
            arguments.prefix(1).map { URL(fileURLWithPath: $0).lastPathComponent } + arguments.dropFirst())
        self.parameters = parameters
        self.inputs = inputs.map(\.input)
        self.sources = sources
        self.software = software
        self.seed = seed
        imageSet = inputs.lazy.compactMap(\.imageSet).first
    }
}

/// An artifact that another was made from, as recorded in the latter.
public struct ArtifactInput: Sendable, Equatable {
    /// What it was used as, such as `features`.
    public let role: String
    public let path: String
    /// The schema's name, such as `cap-features`.
    public let schema: String
    public let identity: Identity

    var json: JSONValue {
        [
            "role": .string(role), "path": .string(path), "schema": .string(schema),
            "identity": .string(identity.description),
        ]
    }

    init(role: String, path: String, schema: String, identity: Identity) {
        self.role = role
        self.path = path
        self.schema = schema
        self.identity = identity
    }

    init?(_ json: JSONValue) {
        guard case .object(let fields) = json, case .string(let role)? = fields["role"],
            case .string(let path)? = fields["path"], case .string(let schema)? = fields["schema"],
            case .string(let text)? = fields["identity"], let identity = Identity(text)
        else { return nil }
        self.init(role: role, path: path, schema: schema, identity: identity)
    }
}
