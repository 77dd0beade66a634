import Vocabulary

/// The paradigm's split of the training images and what mismatch detection found.
public struct MismatchSchema: ArtifactKind {
    public static let schema = ArtifactSchema(
        name: "cap-mismatch", version: 1, fileName: "mismatch.h5", command: "cap-detect",
        summary:
            "The paradigm's split, the removal trace of mismatch detection, what it left and the mismatched classes.",
        keys: Self())

    public let paradigm = AdaptationKeys.paradigm
    public let splitSeed = AttributeKey<Int>("split_seed", "seed of the draw of labeled images and seen classes")
    public let split = Split()
    public let trace = Trace()
    public let residual = Residual()
    public let classes = Classes()

    public init() {}

    public struct Split: KeyGroup {
        public let role = DatasetKey<ImageRole>(
            "split/role", ["image"], unit: "code",
            "what the image is used as: 0 unlabeled, 1 labeled, 2 test, 3 not used")
        public let seen = SplitKeys.seen
        public let unseen = SplitKeys.unseen
        public let candidate = DatasetKey<Int32>(
            "split/candidate", ["candidate"], unit: "class index", "classes that detection starts with")
    }

    /// A row for every step in which a class was removed.
    public struct Trace: KeyGroup {
        public let label = DatasetKey<Int32>(
            "trace/class", ["step"], unit: "class index", "class removed in this step")
        public let cluster = DatasetKey<Int32>(
            "trace/cluster", ["step"], unit: "cluster index", "cluster it was matched with in this step")
        public let probability = DatasetKey<Float>(
            "trace/probability", ["step"], unit: "probability", "probability of the matched pair")
        public let removed = DatasetKey<Int32>(
            "trace/removed", ["step"], unit: "count", "images removed that lay in the matched cluster")
        public let filled = DatasetKey<Int32>(
            "trace/filled", ["step"], unit: "count", "images removed from outside the matched cluster")
        public let imageOffset = DatasetKey<Int64>(
            "trace/image_offset", ["step+1"], unit: "index",
            "where each step begins in trace/image; the last entry is the end")
        public let image = DatasetKey<Int32>(
            "trace/image", ["removed_image"], unit: "image index", "images removed, step after step, best first")
    }

    public struct Residual: KeyGroup {
        public let image = DatasetKey<Int32>(
            "residual/image", ["residual"], unit: "image index", "images left at the end")
        public let cluster = DatasetKey<Int32>(
            "residual/cluster", ["residual"], unit: "cluster index", "cluster of each image left")
        public let centroids = DatasetKey<Float>(
            "residual/centroids", ["cluster", "dim"], unit: "1", "centroids of the images left, L2-normalised")
    }

    public struct Classes: KeyGroup {
        public let name = ClassNameKeys.name
        public let zeroShotCount = DatasetKey<Int32>(
            "classes/zero_shot_count", ["class"], unit: "count",
            "unlabeled images that zero-shot CLIP predicts as the class")
        public let final = DatasetKey<Int32>(
            "classes/final", ["final"], unit: "class index", "Y_final: classes left at the end")
        public let low = DatasetKey<Int32>(
            "classes/low", ["low"], unit: "class index", "Y_low: classes predicted least often")
        public let mismatched = DatasetKey<Int32>(
            "classes/mismatched", ["mismatched"], unit: "class index",
            "Y_MM: classes in both, whose text does not match their images")
        public let foundFrequency = DatasetKey<Float>(
            "classes/found_frequency", ["class"], unit: "share",
            "share of the repeated detections, each with a seed of its own, that found the class mismatched; 0 for classes that "
                + "detection does not start with",
            isOptional: true)
    }
}

extension ArtifactKind where Self == MismatchSchema {
    public static var mismatch: Self { Self() }
}
