extension ArtifactSchema {
    /// The trained prompts and adapters.
    public static let model = ArtifactSchema(
        name: "cap-model", version: 1, fileName: "model.h5", command: "cap-finetune",
        summary:
            "Trained prompts and adapters, the optimizer's state, a row per epoch and the final pseudolabels.",
        attributes: checkpointAttributes + [
            paradigmAttribute, methodAttribute, modalityAttribute,
            AttributeSchema("seconds", .float, "wall-clock time of training, in seconds", isOptional: true),
        ] + readingAttributes,
        datasets: trainedState + epochs + pseudolabels(origin: pseudolabelOrigins) + classes)

    /// The state of training after an epoch, to go on from after an interruption.
    public static let modelCheckpoint = ArtifactSchema(
        name: "cap-model-checkpoint", version: 1, fileName: "model.h5.checkpoint", command: "cap-finetune",
        summary: "The state of training after an epoch, to go on from after an interruption.",
        attributes: checkpointAttributes + [
            paradigmAttribute, methodAttribute, modalityAttribute,
            AttributeSchema(
                "seconds", .float, "wall-clock time of training so far, in seconds", isOptional: true),
        ] + readingAttributes,
        datasets: trainedState + epochs + pseudolabels(origin: pseudolabelOrigins) + classes + [
            DatasetSchema("progress/epoch", .int32, unit: "count", "epochs completed"),
            DatasetSchema(
                "progress/renewals", .int32, unit: "count", "how often the pseudolabels were renewed"),
            DatasetSchema(
                "progress/streams", .int64, ["stream", "place"], unit: "count",
                "pass and position of the pseudolabeled, the unlabeled and the labeled stream"),
        ])

    private static let pseudolabelOrigins =
        """
        0 top-k by zero-shot confidence, 1 nearest to the class's description, 2 picked during training, 3 a further \
        candidate class of an image that is listed under another
        """

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
                "momentum of \(parameter.path)", isOptional: true)
        }

    private static let parameters = mapleParameters + visualParameters + multimodalParameters + adapterParameters

    /// A trained tensor below `prompts/` or `adapters/`. Which of them a file has follows from its method and modality.
    private static func parameter(_ path: String, _ dimensions: [String], _ meaning: String) -> DatasetSchema {
        DatasetSchema(path, .float32, dimensions, unit: "1", meaning, isOptional: true)
    }

    private static let mapleParameters = [
        parameter(
            "prompts/text_context", ["context", "text_width"],
            "context that replaces the first tokens of the class prompt; what it is made of (multimodal)"),
        parameter(
            "prompts/deep_text", ["deep_layer", "context", "text_width"],
            "context that replaces it before the second and later blocks (maple)"),
        parameter(
            "prompts/projection_weight", ["depth", "vision_width", "text_width"],
            "projections from text to visual context, one per prompted block (maple)"),
        parameter("prompts/projection_bias", ["depth", "vision_width"], "biases of the projections (maple)"),
    ]

    private static let visualParameters = [
        parameter(
            "prompts/visual_context", ["visual_context", "vision_width"],
            "context beside the image's patches (visual); what it is made of (multimodal)")
    ]

    private static let multimodalParameters =
        linear("text_down", ["text_width", "mixer_width"], "projection of the text context into the transformer")
        + linear("visual_down", ["vision_width", "mixer_width"], "projection of the visual context into the transformer")
        + norm("attention_norm", "layer norm before the attention")
        + linear("input", ["mixer_width", "query_key_value"], "query, key and value of the attention")
        + linear("output", ["mixer_width", "mixer_width"], "output of the attention")
        + norm("feed_forward_norm", "layer norm before the feed-forward part")
        + linear("inner", ["mixer_width", "mixer_inner"], "first layer of the feed-forward part")
        + linear("outer", ["mixer_inner", "mixer_width"], "second layer of the feed-forward part")
        + linear("text_up", ["mixer_width", "text_width"], "projection of the transformer's text tokens")
        + linear("visual_up", ["mixer_width", "vision_width"], "projection of the transformer's visual tokens")

    /// A layer from the first to the second dimension.
    private static func linear(_ name: String, _ dimensions: [String], _ meaning: String) -> [DatasetSchema] {
        [
            parameter("prompts/\(name)_weight", dimensions.reversed(), "\(meaning) (multimodal)"),
            parameter("prompts/\(name)_bias", Array(dimensions.suffix(1)), "its bias (multimodal)"),
        ]
    }

    private static func norm(_ name: String, _ meaning: String) -> [DatasetSchema] {
        [
            parameter("prompts/\(name)_weight", ["mixer_width"], "\(meaning) (multimodal)"),
            parameter("prompts/\(name)_bias", ["mixer_width"], "its bias (multimodal)"),
        ]
    }

    private static let adapterParameters = [("text", "text"), ("main", "visual main"), ("pseudo", "visual pseudo")]
        .flatMap { adapter, name in
            [
                parameter(
                    "adapters/\(adapter)/down_weight", ["hidden", "dim"], "first layer of the \(name) adapter (cap)"),
                parameter(
                    "adapters/\(adapter)/down_bias", ["hidden"], "bias of the first layer of the \(name) adapter (cap)"),
                parameter(
                    "adapters/\(adapter)/up_weight", ["dim", "hidden"], "second layer of the \(name) adapter (cap)"),
                parameter(
                    "adapters/\(adapter)/up_bias", ["dim"], "bias of the second layer of the \(name) adapter (cap)"),
            ]
        }

    private static let epochs = [
        DatasetSchema(
            "epochs/loss_pseudolabel", .float32, ["epoch"], unit: "nat",
            "mean L_PL, on the pseudolabeled images, as weighted"),
        DatasetSchema(
            "epochs/loss_unlabeled", .float32, ["epoch"], unit: "nat",
            "mean L_UL, on augmented views of the unlabeled images; 0 in methods of rounds"),
        DatasetSchema(
            "epochs/loss_labeled", .float32, ["epoch"], unit: "nat",
            "mean L_L, on the labeled images, as weighted; 0 in ul"),
        DatasetSchema(
            "epochs/learning_rate", .float32, ["epoch"], unit: "1",
            "learning rate of the epoch's last iteration"),
        DatasetSchema(
            "epochs/pseudolabel_count", .int32, ["epoch"], unit: "count",
            "pseudolabels that the epoch learned from"),
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
