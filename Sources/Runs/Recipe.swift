import Artifacts
import Essentials
import Methods
import Parameters
import Vocabulary

/// What decides the content of an artifact: the parameters that change results, and the content that it is made from.
///
/// Where a recipe is that of a file, the file need not be made again, whatever times say and however it is computed.
public struct Recipe: Sendable {
    public let stage: Stage
    /// By the name under which artifacts record them.
    public var parameters: [String: JSONValue]
    /// Of the artifacts read, by their schema's name.
    public var inputs: [String: Identity]
    /// Of what is read besides, by the parameter's recorded name.
    public var sources: [String: Identity]

    public init(_ stage: Stage, parameters: [String: JSONValue], inputs: [String: Identity], sources: [String: Identity]) {
        self.stage = stage
        self.parameters = parameters.filter { Parameters.isResult($0.key, of: stage) }
        self.inputs = inputs
        self.sources = sources
    }

    /// That of an artifact; nil for those that no stage writes.
    public init?(_ artifact: any Artifact) throws {
        guard let stage = Stage(command: artifact.schema.command) else { return nil }
        var parameters = try artifact.parameters()
        if stage == .decode, parameters["orientation"] == nil {
            // Before there was the choice, images of all folders lay as they do unless a switch said otherwise.
            let wasTurned = parameters["exif_orientation"] == .bool(true)
            parameters["orientation"] = .string((wasTurned ? Orientation.upright : .asIs).rawValue)
        }
        try self.init(
            stage, parameters: parameters, inputs: Self.identities(artifact.inputs), sources: artifact.sources())
    }

    /// That of an artifact about to be written by `stage`.
    public init(_ stage: Stage, _ provenance: Provenance) {
        self.init(
            stage, parameters: provenance.parameters, inputs: Self.identities(provenance.inputs), sources: provenance.sources)
    }

    private static func identities(_ inputs: [ArtifactInput]) -> [String: Identity] {
        Dictionary(inputs.map { ($0.schema, $0.identity) }) { first, _ in first }
    }

    /// The same for equal recipes.
    public var identity: Identity {
        func lines(_ values: [String: some Any]) -> [String] { values.map { "\($0.key)=\($0.value)" }.sorted() }
        let parts = lines(parameters.mapValues(\.text)) + lines(inputs) + lines(sources)
        return Identity(of: ([stage.command] + parts).joined(separator: "\n"))
    }

    /// Why what was made by `made` is not what this recipe would make, as a clause: "k is 8, was 16". nil where it is.
    public func difference(from made: Recipe) -> String? {
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            // Compared as text: numbers such as 12.0 come back from JSON as integers.
            guard let before = made.parameters[name] else {
                if isDefault(value, of: name) { continue }
                return "\(name) is \(value.plainText), and was not known"
            }
            if before.text != value.text { return "\(name) is \(Self.spoken(value)), was \(Self.spoken(before))" }
        }
        for (schema, identity) in inputs.sorted(by: { $0.key < $1.key }) where made.inputs[schema] != identity {
            return "\(ArtifactSchema.named(schema)?.fileName ?? schema) has other content"
        }
        // A review's texts ask for the checkpoint: what brings another with it comes first.
        func firstReview(_ names: some Sequence<String>) -> [String] {
            names.sorted { ($0 == "review" ? 0 : 1, $0) < ($1 == "review" ? 0 : 1, $1) }
        }
        for name in firstReview(sources.keys) where made.sources[name] != sources[name] {
            return "\(Self.words[name] ?? name) \(made.sources[name] == nil ? "was not given before" : "changed")"
        }
        for name in firstReview(made.sources.keys) where sources[name] == nil {
            return "\(Self.words[name] ?? name) is not given any more"
        }
        return nil
    }

    private static func spoken(_ value: JSONValue) -> String { value == .null ? "not given" : value.plainText }

    private static let words = [
        "data_set": "the data set's folder", "checkpoint": "the checkpoint", "tokenizer": "the tokenizer",
        "classes": "the list of classes", "phrases": "the list of phrases", "answers": "the file of answers",
        "review": "the review",
    ]

    /// Whether a parameter has the value that it had before there was a choice.
    private func isDefault(_ value: JSONValue, of name: String) -> Bool {
        guard let parameter = Parameters.of(stage).first(where: { $0.recordedName == name }) else { return false }
        func text(_ name: String) -> String? { if case .string(let text)? = parameters[name] { text } else { nil } }
        let method = text("method").flatMap { Method(parameterText: $0) } ?? .cap
        let context = Parameter.Context(method, modality: text("modality").flatMap(Modality.init(rawValue:)))
        return JSONValue(parameter.standardValue(context)).text == value.text
    }
}

extension JSONValue {
    /// A parameter's value as artifacts record it.
    public init(_ value: RecordedValue) {
        self =
            switch value {
            case .none: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .int(value)
            case .number(let value): .double(value)
            case .text(let value): .string(value)
            case .list(let values): .array(values.map { .string($0) })
            }
    }

    /// Text as it is, anything else as JSON.
    public var plainText: String { if case .string(let text) = self { text } else { text } }
}

extension Settings {
    /// Every parameter of the stage that the method has, as artifacts record them.
    public var parameters: [String: JSONValue] { recorded.mapValues(JSONValue.init) }
}
