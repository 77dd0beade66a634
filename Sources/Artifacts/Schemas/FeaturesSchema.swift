import Vocabulary

/// What CLIP says about the images and the classes.
public struct FeaturesSchema: CheckpointKind {
    public static let schema = ArtifactSchema(
        name: "cap-features", version: 1, fileName: "features.h5", command: "cap-embed",
        summary:
            "CLIP's features of images and class texts, and the zero-shot probabilities that follow from them.",
        keys: Self())

    public let checkpoint = CheckpointKeys()
    public let patchSize = AttributeKey<Int>(
        "patch_size", "side of the image encoder's patches, in pixels", isOptional: true)
    public let classes = Classes()
    public let images = Images()
    public let zeroShotProbabilities = DatasetKey<Float>(
        "zero_shot/probabilities", ["image", "class"], unit: "probability",
        "softmax over classes of logit_scale times the cosine of image and text feature")
    public let logitScale = DatasetKey<Float>(
        "logit_scale", unit: "1", "factor from cosines to logits, exp of the checkpoint's parameter")

    public init() {}

    public struct Classes: KeyGroup {
        public let name = ClassNameKeys.name
        public let phrase = ClassKeys.phrase
        public let prompt = DatasetKey<String>(
            "classes/prompt", ["class"], unit: "text",
            "text that was encoded for the class; one a line where the features of several were averaged")
        public let textFeatures = DatasetKey<Float>(
            "classes/text_features", ["class", "dim"], unit: "1", "text feature of the class prompt, L2-normalised")
    }

    public struct Images: KeyGroup {
        public let name = ImageKeys.name
        public let label = ImageKeys.label
        public let split = ImageKeys.split
        public let features = DatasetKey<Float>(
            "images/features", ["image", "dim"], unit: "1", "image feature of the evaluation view, L2-normalised")
    }
}

extension ArtifactKind where Self == FeaturesSchema {
    public static var features: Self { Self() }
}
