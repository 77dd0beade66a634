import Vocabulary

/// The labeled, pseudolabeled and unlabeled sets that training starts from.
public struct LabelsSchema: MethodKind, PseudolabelKind {
    public static let schema = ArtifactSchema(
        name: "cap-labels", version: 1, fileName: "labels.h5", command: "cap-label",
        summary:
            "The labeled, the initial pseudolabeled and the unlabeled images, with every pseudolabel's origin.",
        keys: Self())

    public let paradigm = AdaptationKeys.paradigm
    public let k = AttributeKey<Int>("k", "pseudolabels per class")
    public let method = AdaptationKeys.method
    public let rounds = AttributeKey<Int>(
        "rounds", "rounds of pseudolabels, for methods that pick them more than once", isOptional: true)
    public let schedule = AttributeKey<String>(
        "schedule", "fixed (the same k in every round) or growing (until all images are used)", isOptional: true)
    public let alpha = AttributeKey<Double>(
        "alpha", "quantile of the cut within an image, for methods with candidate labels", isOptional: true)
    public let beta = AttributeKey<Double>(
        "beta", "quantile of the cut within a class, for methods with candidate labels", isOptional: true)
    public let classes = ClassNameKeys()
    public let labeled = Labeled()
    public let pseudolabeled = PseudolabelKeys(
        origins: """
            0 top-k by zero-shot confidence, 1 nearest to the class's description, 3 a further candidate class of an image \
            that is listed under another
            """)
    public let unlabeledImages = DatasetKey<Int32>(
        "unlabeled/image", ["unlabeled"], unit: "image index", "images without a label")
    public let split = SplitKeys()

    public init() {}

    public struct Labeled: KeyGroup {
        public let image = DatasetKey<Int32>("labeled/image", ["labeled"], unit: "image index", "labeled images")
        public let label = DatasetKey<Int32>("labeled/label", ["labeled"], unit: "class index", "their classes")
    }
}

extension ArtifactKind where Self == LabelsSchema {
    public static var labels: Self { Self() }
}
