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

    /// - Parameter keys: those of the datasets and attributes.
    public init(
        name: String, version: Int, fileName: String, command: String, summary: String, keys: some KeyGroup
    ) {
        self.name = name
        self.version = version
        self.fileName = fileName
        self.command = command
        self.summary = summary
        attributes = keys.attributes
        datasets = keys.datasets
    }

    /// Every kind of artifact, in the order of the pipeline.
    public static let all: [ArtifactSchema] = [
        .imagesPart, .images, .featuresPart, .features, .mismatch, .descriptions, .labels, .modelCheckpoint, .model, .evaluation,
        .predictions,
    ]

    public static let imagesPart = ImagesPartSchema.schema
    public static let images = ImagesSchema.schema
    public static let featuresPart = FeaturesPartSchema.schema
    public static let features = FeaturesSchema.schema
    public static let mismatch = MismatchSchema.schema
    public static let descriptions = DescriptionsSchema.schema
    public static let labels = LabelsSchema.schema
    public static let modelCheckpoint = ModelCheckpointSchema.schema
    public static let model = ModelSchema.schema
    public static let evaluation = EvaluationSchema.schema
    public static let predictions = PredictionsSchema.schema

    /// The schema of that name, or nil if it is not one of CAP's.
    public static func named(_ name: String) -> ArtifactSchema? {
        all.first { $0.name == name }
    }

    /// The entry for a path such as `images/features`.
    public func dataset(_ path: String) -> DatasetSchema? {
        datasets.first { $0.path == path }
    }

    /// The keys of the root attributes of every artifact.
    static let common = CommonAttributes()

    /// The root attributes of every artifact.
    public static let commonAttributes = common.attributes
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
    /// What its numbers stand for, from 0; empty where they are numbers.
    public let codes: [String]

    public init(
        _ path: String, _ type: ElementType, _ dimensions: [String] = [], unit: String, _ meaning: String,
        isOptional: Bool = false, allowsNaN: Bool = false, codes: [String] = []
    ) {
        self.path = path
        self.type = type
        self.dimensions = dimensions
        self.unit = unit
        self.meaning = meaning
        self.isOptional = isOptional
        self.allowsNaN = allowsNaN
        self.codes = codes
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
