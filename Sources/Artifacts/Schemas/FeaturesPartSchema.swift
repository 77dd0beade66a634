/// What CLIP says about some of the images, until it is known of all.
public struct FeaturesPartSchema: PartKind {
    public static let schema = ArtifactSchema(
        name: "cap-features-part", version: 1, fileName: "features.h5.parts", command: "cap-embed",
        summary: "CLIP's features of some of the images, to go on with after an interruption, until those of all are joined.",
        keys: Self())

    public let first = PartKeys.first
    public let features = FeaturesSchema.Images().features
    public let zeroShotProbabilities = FeaturesSchema().zeroShotProbabilities

    public init() {}

    public static func count(of part: ArtifactReader<Self>) throws -> Int { try part.count(\.features) }
}

extension ArtifactKind where Self == FeaturesPartSchema {
    public static var featuresPart: Self { Self() }
}

/// A kind of artifact that is a run of the images of a larger one.
public protocol PartKind: ArtifactKind {
    var first: AttributeKey<Int> { get }

    init()

    /// How many images it is of.
    static func count(of part: ArtifactReader<Self>) throws -> Int
}

enum PartKeys {
    static let first = AttributeKey<Int>("first_image", "image index of the first row")
}
