import Essentials

/// An artifact of whatever kind, opened for reading: what all have.
public protocol Artifact: Sendable {
    var path: String { get }
    var schema: ArtifactSchema { get }
    var identity: Identity { get }
    /// The identity of the images that the file descends from.
    var imageSet: Identity? { get }
    /// What the file was made from.
    var inputs: [ArtifactInput] { get }
    /// An attribute that every kind has; nil where this file lacks it.
    func common<Value>(_ key: KeyPath<CommonAttributes, AttributeKey<Value>>) throws -> Value?
}

extension Artifact {
    /// How the file is recorded in what is made from it.
    public var input: ArtifactInput {
        let role = schema.name.hasPrefix("cap-") ? String(schema.name.dropFirst(4)) : schema.name
        return ArtifactInput(role: role, path: path, schema: schema.name, identity: identity)
    }

    /// Every parameter of the command that wrote the file.
    public func parameters() throws -> [String: JSONValue] {
        guard let parameters = try object(\.parameters) else {
            throw ArtifactError("\(path): attribute \(ArtifactSchema.common.parameters.name) is missing")
        }
        return parameters
    }

    /// Fingerprints of what was read besides artifacts; empty where nothing was, or an older version wrote the file.
    public func sources() throws -> [String: Identity] {
        try (object(\.sources) ?? [:]).compactMapValues { if case .string(let text) = $0 { Identity(text) } else { nil } }
    }

    private func object(_ key: KeyPath<CommonAttributes, AttributeKey<String>>) throws -> [String: JSONValue]? {
        guard let text = try common(key) else { return nil }
        guard case .object(let object)? = try? JSONValue(parsing: text) else {
            throw ArtifactError("\(path): attribute \(ArtifactSchema.common[keyPath: key].name) is not a JSON object")
        }
        return object
    }
}
