/// What the adapted model says about new images.
public struct PredictionsSchema: CheckpointKind {
    public static let schema = ArtifactSchema(
        name: "cap-predictions", version: 1, fileName: "predictions.h5", command: "cap-predict",
        summary: "What the adapted model says about new images.", keys: Self())

    public let checkpoint = CheckpointKeys()
    public let classes = ClassNameKeys()
    public let images = Images()
    public let top = Top()
    public let skipped = Skipped()

    public init() {}

    public struct Images: KeyGroup {
        public let path = DatasetKey<String>(
            "images/path", ["image"], unit: "text", "path of the image file, as it was given or found")
        public let predicted = DatasetKey<Int32>(
            "images/predicted", ["image"], unit: "class index", "most probable class")
        public let confidence = DatasetKey<Float>(
            "images/confidence", ["image"], unit: "probability", "probability of that class")
    }

    public struct Top: KeyGroup {
        public let label = DatasetKey<Int32>(
            "top/class", ["image", "rank"], unit: "class index", "most probable classes, the first first")
        public let probability = DatasetKey<Float>(
            "top/probability", ["image", "rank"], unit: "probability", "their probabilities")
    }

    public struct Skipped: KeyGroup {
        public let path = DatasetKey<String>(
            "skipped/path", ["skipped"], unit: "text", "path of a file that could not be decoded")
        public let reason = DatasetKey<String>("skipped/reason", ["skipped"], unit: "text", "why it was skipped")
    }
}

extension ArtifactKind where Self == PredictionsSchema {
    public static var predictions: Self { Self() }
}
