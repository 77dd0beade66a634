import Vocabulary

/// What zero-shot CLIP and the adapted model say about the test images.
public struct EvaluationSchema: CheckpointKind, ModalityKind {
    public static let schema = ArtifactSchema(
        name: "cap-eval", version: 1, fileName: "eval.h5", command: "cap-eval",
        summary: """
            Predictions on the test images before and after adaptation, and what follows from them; without a labeled \
            test image the predictions only.
            """,
        keys: Self())

    public let checkpoint = CheckpointKeys()
    public let paradigm = AdaptationKeys.paradigm
    public let method = AdaptationKeys.method
    public let modality = AdaptationKeys.modality
    public let dataSet = AttributeKey<String>("dataset", "name of the data set", isOptional: true)
    public let trainingSeed = AttributeKey<Int>(
        "training_seed", "seed that the model was trained with", isOptional: true)
    public let classes = ClassNameKeys()
    public let split = SplitKeys()
    public let test = Test()
    public let perClassCount = DatasetKey<Int32>(
        "per_class/count", ["class"], unit: "count", "labeled test images of each class", isOptional: true)
    public let calibrationEdge = DatasetKey<Float>(
        "calibration/edge", ["bin+1"], unit: "probability", "edges of the confidence bins", isOptional: true)
    public let zeroShot = EvaluatedModelKeys("zero_shot", "zero-shot CLIP", keepsProbabilities: false)
    public let adapted = EvaluatedModelKeys("adapted", "the adapted model", keepsProbabilities: true)
    public let training = Training()

    public init() {}

    /// What the adapted model says about the images that are not judged on.
    public struct Training: KeyGroup {
        public let image = DatasetKey<Int32>(
            "training/image", ["training"], unit: "image index", "images that are no test images", isOptional: true)
        public let predicted = DatasetKey<Int32>(
            "training/predicted", ["training"], unit: "class index", "class predicted by the adapted model", isOptional: true)
        public let confidence = DatasetKey<Float>(
            "training/confidence", ["training"], unit: "probability", "probability of that class", isOptional: true)
        public let runnerUp = DatasetKey<Int32>(
            "training/runner_up", ["training"], unit: "class index", "the second most probable class", isOptional: true)
        public let runnerUpConfidence = DatasetKey<Float>(
            "training/runner_up_confidence", ["training"], unit: "probability", "probability of that class", isOptional: true)
    }

    public struct Test: KeyGroup {
        public let image = DatasetKey<Int32>(
            "test/image", ["test"], unit: "image index",
            "test images; all images where the data set has no test part")
        public let label = DatasetKey<Int32>(
            "test/label", ["test"], unit: "class index", "their classes; -1 where unknown")
    }
}

extension ArtifactKind where Self == EvaluationSchema {
    public static var evaluation: Self { Self() }
}

/// What one model says about the test images.
public struct EvaluatedModelKeys: KeyGroup {
    public let predicted: DatasetKey<Int32>
    public let confidence: DatasetKey<Float>
    public let probabilities: DatasetKey<Float>
    public let perClassAccuracy: DatasetKey<Float>
    public let confusion: DatasetKey<Int32>
    public let calibration: Calibration
    public let metrics: Metrics

    init(_ model: String, _ who: String, keepsProbabilities: Bool) {
        predicted = DatasetKey("\(model)/predicted", ["test"], unit: "class index", "class predicted by \(who)")
        confidence = DatasetKey("\(model)/confidence", ["test"], unit: "probability", "probability of that class")
        probabilities = DatasetKey(
            "\(model)/probabilities", ["test", "class"], unit: "probability",
            "probability of every class by \(who)", isOptional: !keepsProbabilities)
        perClassAccuracy = DatasetKey(
            "per_class/\(model)_accuracy", ["class"], unit: "fraction",
            "accuracy of \(who) on each class; NaN where it has no test image", isOptional: true, allowsNaN: true)
        confusion = DatasetKey(
            "confusion/\(model)", ["class", "class"], unit: "count",
            "test images by class (rows) and class predicted by \(who) (columns)", isOptional: true)
        calibration = Calibration(model)
        metrics = Metrics(model, who)
    }

    public struct Calibration: KeyGroup {
        public let count: DatasetKey<Int32>
        public let confidence: DatasetKey<Float>
        public let accuracy: DatasetKey<Float>

        init(_ model: String) {
            count = DatasetKey(
                "calibration/\(model)/count", ["bin"], unit: "count", "test images in each confidence bin",
                isOptional: true)
            confidence = DatasetKey(
                "calibration/\(model)/confidence", ["bin"], unit: "probability",
                "their mean confidence; NaN where the bin is empty", isOptional: true, allowsNaN: true)
            accuracy = DatasetKey(
                "calibration/\(model)/accuracy", ["bin"], unit: "fraction",
                "their accuracy; NaN where the bin is empty", isOptional: true, allowsNaN: true)
        }
    }

    public struct Metrics: KeyGroup {
        public let accuracy: DatasetKey<Double>
        public let topFive: DatasetKey<Double>
        public let seen: DatasetKey<Double>
        public let unseen: DatasetKey<Double>
        public let harmonicMean: DatasetKey<Double>
        public let calibrationError: DatasetKey<Double>

        init(_ model: String, _ who: String) {
            func metric(_ name: String, _ meaning: String) -> DatasetKey<Double> {
                DatasetKey("metrics/\(model)/\(name)", unit: "fraction", meaning, isOptional: true)
            }
            accuracy = metric("accuracy", "top-1 accuracy of \(who)")
            topFive = metric(
                "top5",
                "share of the images whose class is among the five most probable by \(who), where there are more than five")
            seen = metric("seen", "accuracy on the seen classes (trzsl)")
            unseen = metric("unseen", "accuracy on the unseen classes (trzsl)")
            harmonicMean = metric("harmonic_mean", "harmonic mean of seen and unseen accuracy (trzsl)")
            calibrationError = metric("ece", "expected calibration error over the confidence bins")
        }
    }
}
