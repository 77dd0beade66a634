extension ArtifactSchema {
    /// The trained prompts and adapters.
    public static let model = ArtifactSchema(
        name: "cap-model", version: 1, fileName: "model.h5", command: "cap-finetune",
        summary:
            "Trained prompts and adapters, the optimizer's state, a row per epoch and the final pseudolabels.",
        attributes: checkpointAttributes + [
            paradigmAttribute,
            AttributeSchema("seconds", .float, "wall-clock time of training, in seconds", isOptional: true),
        ],
        datasets: trainedState + epochs + pseudolabels(origin: pseudolabelOrigins) + classes)

    /// The state of training after an epoch, to go on from after an interruption.
    public static let modelCheckpoint = ArtifactSchema(
        name: "cap-model-checkpoint", version: 1, fileName: "model.h5.checkpoint", command: "cap-finetune",
        summary: "The state of training after an epoch, to go on from after an interruption.",
        attributes: checkpointAttributes + [
            paradigmAttribute,
            AttributeSchema(
                "seconds", .float, "wall-clock time of training so far, in seconds", isOptional: true),
        ],
        datasets: trainedState + epochs + pseudolabels(origin: pseudolabelOrigins) + classes + [
            DatasetSchema("progress/epoch", .int32, unit: "count", "epochs completed"),
            DatasetSchema(
                "progress/renewals", .int32, unit: "count", "how often the pseudolabels were renewed"),
            DatasetSchema(
                "progress/streams", .int64, ["stream", "place"], unit: "count",
                "pass and position of the pseudolabeled, the unlabeled and the labeled stream"),
        ])

    private static let pseudolabelOrigins =
        "0 top-k by zero-shot confidence, 1 nearest to the class's description, 2 added during training"

    private static let classes = [
        DatasetSchema("classes/name", .string, ["class"], unit: "text", "class name as in the data set"),
        DatasetSchema(
            "classes/prompt", .string, ["class"], unit: "text", "class prompt before its context is replaced"),
    ]

    /// Trained parameters, and the optimizer's momentum for each below `optimizer/`.
    private static let trainedState =
        parameters
        + parameters.map { parameter in
            DatasetSchema(
                "optimizer/" + parameter.path, parameter.type, parameter.dimensions, unit: parameter.unit,
                "momentum of \(parameter.path)")
        }

    private static let parameters =
        [
            DatasetSchema(
                "prompts/text_context", .float32, ["context", "text_width"], unit: "1",
                "context that replaces the first tokens of the class prompt"),
            DatasetSchema(
                "prompts/deep_text", .float32, ["deep_layer", "context", "text_width"], unit: "1",
                "context that replaces it before the second and later blocks"),
            DatasetSchema(
                "prompts/projection_weight", .float32, ["depth", "vision_width", "text_width"], unit: "1",
                "projections from text to visual context, one per prompted block"),
            DatasetSchema(
                "prompts/projection_bias", .float32, ["depth", "vision_width"], unit: "1",
                "biases of the projections"),
        ]
        + [("text", "text"), ("main", "visual main"), ("pseudo", "visual pseudo")].flatMap { adapter, name in
            [
                DatasetSchema(
                    "adapters/\(adapter)/down_weight", .float32, ["hidden", "dim"], unit: "1",
                    "first layer of the \(name) adapter"),
                DatasetSchema(
                    "adapters/\(adapter)/down_bias", .float32, ["hidden"], unit: "1",
                    "bias of the first layer of the \(name) adapter"),
                DatasetSchema(
                    "adapters/\(adapter)/up_weight", .float32, ["dim", "hidden"], unit: "1",
                    "second layer of the \(name) adapter"),
                DatasetSchema(
                    "adapters/\(adapter)/up_bias", .float32, ["dim"], unit: "1",
                    "bias of the second layer of the \(name) adapter"),
            ]
        }

    private static let epochs = [
        DatasetSchema(
            "epochs/loss_pseudolabel", .float32, ["epoch"], unit: "nat",
            "mean L_PL, on the pseudolabeled images"),
        DatasetSchema(
            "epochs/loss_unlabeled", .float32, ["epoch"], unit: "nat",
            "mean L_UL, on augmented views of the unlabeled images"),
        DatasetSchema(
            "epochs/loss_labeled", .float32, ["epoch"], unit: "nat",
            "mean L_L, on the labeled images; 0 in ul"),
        DatasetSchema(
            "epochs/learning_rate", .float32, ["epoch"], unit: "1",
            "learning rate of the epoch's last iteration"),
        DatasetSchema(
            "epochs/pseudolabel_count", .int32, ["epoch"], unit: "count",
            "pseudolabeled images after the epoch"),
        DatasetSchema(
            "epochs/confident_count", .int32, ["epoch"], unit: "count",
            "unlabeled images seen with a confidence above the threshold"),
        DatasetSchema(
            "epochs/confident_per_class", .int32, ["epoch", "class"], unit: "count",
            "the same by predicted class, sigma(c)"),
        DatasetSchema(
            "epochs/margin_scale", .float32, ["epoch", "class"], unit: "logit",
            "margin scale m_c used in the epoch"),
        DatasetSchema(
            "epochs/pseudolabel_accuracy", .float32, ["epoch"], unit: "fraction",
            "pseudolabels that are right, among images with a known label; NaN where none is known",
            allowsNaN: true),
    ]
}
