/// What CLIP says about some of the images, until it is known of all.
public struct FeaturesPartSchema: ArtifactKind {
    public static let schema = ArtifactSchema(
        name: "cap-features-part", version: 1, fileName: "features.h5.parts", command: "cap-embed",
        summary: "CLIP's features of some of the images, to go on with after an interruption, until those of all are joined.",
        keys: Self())

    public let first = AttributeKey<Int>("first_image", "image index of the first row")
    public let features = FeaturesSchema.Images().features
    public let zeroShotProbabilities = FeaturesSchema().zeroShotProbabilities

    public init() {}
}

extension ArtifactKind where Self == FeaturesPartSchema {
    public static var featuresPart: Self { Self() }
}
