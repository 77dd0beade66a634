import Vocabulary

/// The state of training after an epoch, to go on from after an interruption.
public struct ModelCheckpointSchema: TrainedKind {
    public static let schema = ArtifactSchema(
        name: "cap-model-checkpoint", version: 2, fileName: "model.h5.checkpoint", command: "cap-finetune",
        summary: "The state of training after an epoch, to go on from after an interruption.", keys: Self())

    public let checkpoint = CheckpointKeys()
    public let paradigm = AdaptationKeys.paradigm
    public let method = AdaptationKeys.method
    public let modality = AdaptationKeys.modality
    public let seconds = AttributeKey<Double>(
        "seconds", "wall-clock time of training so far, in seconds", isOptional: true)
    public let reading = ReadingKeys()
    public let trained = TrainedTensors()
    public let momentum = Momenta()
    public let epochs = EpochKeys()
    public let pseudolabeled = PseudolabelKeys(origins: trainingOrigins)
    public let classes = PromptedClassKeys()
    public let progress = Progress()

    public init() {}

    public struct Progress: KeyGroup {
        public let epoch = DatasetKey<Int32>("progress/epoch", unit: "count", "epochs completed")
        public let renewals = DatasetKey<Int32>(
            "progress/renewals", unit: "count", "how often the pseudolabels were renewed")
        public let streams = DatasetKey<Int64>(
            "progress/streams", ["stream", "place"], unit: "count",
            "pass and position of the pseudolabeled, the unlabeled and the labeled stream")
    }
}

extension ArtifactKind where Self == ModelCheckpointSchema {
    public static var modelCheckpoint: Self { Self() }
}
