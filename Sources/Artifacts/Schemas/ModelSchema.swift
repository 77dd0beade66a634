import Vocabulary

/// The trained prompts and adapters.
public struct ModelSchema: TrainedKind {
    public static let schema = ArtifactSchema(
        name: "cap-model", version: 2, fileName: "model.h5", command: "cap-finetune",
        summary:
            "Trained prompts and adapters, the optimizer's state, a row per epoch and the final pseudolabels.",
        keys: Self())

    public let checkpoint = CheckpointKeys()
    public let paradigm = AdaptationKeys.paradigm
    public let method = AdaptationKeys.method
    public let modality = AdaptationKeys.modality
    public let seconds = AttributeKey<Double>("seconds", "wall-clock time of training, in seconds", isOptional: true)
    public let reading = ReadingKeys()
    public let trained = TrainedTensors()
    public let momentum = Momenta()
    public let epochs = EpochKeys()
    public let pseudolabeled = PseudolabelKeys(origins: trainingOrigins)
    public let classes = PromptedClassKeys()

    public init() {}
}

extension ArtifactKind where Self == ModelSchema {
    public static var model: Self { Self() }
}

/// What a file of the state of training has, be it the last or one between epochs.
public protocol TrainedKind: CheckpointKind, ModalityKind, PseudolabelKind, ReadingKind {
    var seconds: AttributeKey<Double> { get }
    var trained: TrainedTensors { get }
    var momentum: Momenta { get }
    var epochs: EpochKeys { get }
    var classes: PromptedClassKeys { get }
}

extension TrainedKind {
    static var trainingOrigins: String {
        """
        0 top-k by zero-shot confidence, 1 nearest to the class's description, 2 picked during training, 3 a further \
        candidate class of an image that is listed under another
        """
    }
}

/// The classes that prompts were trained for.
public struct PromptedClassKeys: KeyGroup {
    public let name = ClassNameKeys.name
    public let phrase = ClassKeys.phrase
    public let prompt = DatasetKey<String>(
        "classes/prompt", ["class"], unit: "text", "class prompt before its context is replaced")
}
