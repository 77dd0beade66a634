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
    public let reviewed = Reviewed()

    public init() {}

    /// What a review made of the data set's classes and images; not there without one.
    public struct Reviewed: KeyGroup {
        public let phrase = DatasetKey<String>(
            "reviewed/phrase", ["class"], unit: "text", "phrase of each class, of one that was renamed after its new name",
            isOptional: true)
        public let representative = DatasetKey<Int32>(
            "reviewed/representative", ["class"], unit: "class index", "the data set's class that each class goes on",
            isOptional: true)
        public let ofDataSet = DatasetKey<Int32>(
            "reviewed/class", ["data_set_class"], unit: "class index",
            "the class that each of the data set's is counted to; several may be one", isOptional: true)
        public let rejected = DatasetKey<Int32>(
            "reviewed/rejected", ["rejected"], unit: "image index", "images of no class, which are left out", isOptional: true)
    }

    public struct Labeled: KeyGroup {
        public let image = DatasetKey<Int32>("labeled/image", ["labeled"], unit: "image index", "labeled images")
        public let label = DatasetKey<Int32>("labeled/label", ["labeled"], unit: "class index", "their classes")
    }
}

extension ArtifactKind where Self == LabelsSchema {
    public static var labels: Self { Self() }
}
