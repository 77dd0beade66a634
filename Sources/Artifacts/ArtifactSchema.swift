import HDF5

/// What a kind of artifact contains: the registry that writing, reading and the documentation are checked against.
public struct ArtifactSchema: Sendable {
    /// The value of the root attribute `schema`, such as `cap-features`.
    public let name: String
    /// The value of the root attribute `schema_version`.
    public let version: Int
    /// The usual file name, such as `features.h5`.
    public let fileName: String
    /// The command that writes it.
    public let command: String
    /// One sentence on what is in it.
    public let summary: String
    public let datasets: [DatasetSchema]
    /// The root attributes that this kind has besides those of every artifact.
    public let attributes: [AttributeSchema]

    public init(
        name: String, version: Int, fileName: String, command: String, summary: String,
        attributes: [AttributeSchema] = [], datasets: [DatasetSchema]
    ) {
        self.name = name
        self.version = version
        self.fileName = fileName
        self.command = command
        self.summary = summary
        self.attributes = attributes
        self.datasets = datasets
    }

    /// Every kind of artifact, in the order of the pipeline.
    public static let all: [ArtifactSchema] = [
        .images, .features, .mismatch, .descriptions, .labels, .modelCheckpoint, .model, .evaluation, .predictions,
    ]

    /// The schema of that name, or nil if it is not one of CAP's.
    public static func named(_ name: String) -> ArtifactSchema? {
        all.first { $0.name == name }
    }

    /// The entry for a path such as `images/features`.
    public func dataset(_ path: String) -> DatasetSchema? {
        datasets.first { $0.path == path }
    }

    /// The root attributes of every artifact.
    public static let commonAttributes: [AttributeSchema] = [
        AttributeSchema("schema", .string, "name of the schema, such as `cap-features`"),
        AttributeSchema("schema_version", .int, "version of the schema; a reader refuses a newer one"),
        AttributeSchema("command", .string, "command line that wrote the file, quoted for a shell"),
        AttributeSchema("parameters", .string, "every parameter with its value, as a JSON object"),
        AttributeSchema(
            "inputs", .string, "artifacts it was made from, as a JSON array of {role, path, schema, identity}"
        ),
        AttributeSchema(
            "sources", .string,
            "fingerprints of what was read besides artifacts (a folder's listing, a checkpoint, answers), as a JSON object",
            isOptional: true),
        AttributeSchema("software", .string, "names and versions of the software, as a JSON object"),
        AttributeSchema(
            "seed", .int, "seed of the random numbers; absent where none were drawn", isOptional: true),
        AttributeSchema("created", .string, "time of writing, ISO 8601, UTC"),
        AttributeSchema(
            "elapsed", .float, "wall-clock time of the command until the file was complete, in seconds", isOptional: true),
        AttributeSchema(
            "peak_memory", .int, "the most memory that the command held until then, in bytes", isOptional: true),
        AttributeSchema(
            "identity", .string, "XXH3-128 of the schema and of all datasets' paths, types, shapes and values"
        ),
        AttributeSchema(
            "image_set", .string, "identity of the images.h5 that everything in the file descends from"),
    ]
}

/// One dataset of an artifact.
public struct DatasetSchema: Sendable {
    /// The path without a leading slash, such as `images/features`.
    public let path: String
    public let type: ElementType
    /// The names of the dimensions; empty for a scalar. Equal names have equal extents within a file, and `image+1`
    /// has one more than `image`.
    public let dimensions: [String]
    public let unit: String
    public let meaning: String
    /// Whether a file may lack it.
    public let isOptional: Bool
    /// Whether NaN is a value with a meaning here. Elsewhere NaN and infinities are refused.
    public let allowsNaN: Bool

    public init(
        _ path: String, _ type: ElementType, _ dimensions: [String] = [], unit: String, _ meaning: String,
        isOptional: Bool = false, allowsNaN: Bool = false
    ) {
        self.path = path
        self.type = type
        self.dimensions = dimensions
        self.unit = unit
        self.meaning = meaning
        self.isOptional = isOptional
        self.allowsNaN = allowsNaN
    }
}

/// One root attribute of an artifact.
public struct AttributeSchema: Sendable {
    public enum Kind: String, Sendable {
        case string, int, float
    }

    public let name: String
    public let kind: Kind
    public let meaning: String
    public let isOptional: Bool

    public init(_ name: String, _ kind: Kind, _ meaning: String, isOptional: Bool = false) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        self.isOptional = isOptional
    }
}
