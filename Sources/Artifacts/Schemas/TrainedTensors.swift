/// The trained tensors below `prompts/` and `adapters/`. Which of them a file has follows from its method and modality.
public struct TrainedTensors: KeyGroup {
    let keys = maple + visual + multimodal + adapters

    /// MaPLe's deeper context, from whose shape its depth follows.
    public var deepText: DatasetKey<Float> { Self.deepText }

    private static let deepText = tensor(
        "prompts/deep_text", ["deep_layer", "context", "text_width"],
        "context that replaces it before the second and later blocks (maple)")

    /// The tensor that training calls `name`, such as `prompts/text_context`.
    public subscript(name: String) -> DatasetKey<Float> {
        // One that is not declared is refused where it is read or written, by its name.
        keys.first { $0.path == name } ?? Self.tensor(name, [], "not declared")
    }

    private static func tensor(_ path: String, _ dimensions: [String], _ meaning: String) -> DatasetKey<Float> {
        DatasetKey(path, dimensions, unit: "1", meaning, isOptional: true)
    }

    private static let maple = [
        tensor(
            "prompts/text_context", ["context", "text_width"],
            "context that replaces the first tokens of the class prompt; what it is made of (multimodal)"),
        deepText,
        tensor(
            "prompts/projection_weight", ["depth", "vision_width", "text_width"],
            "projections from text to visual context, one per prompted block (maple)"),
        tensor("prompts/projection_bias", ["depth", "vision_width"], "biases of the projections (maple)"),
    ]

    private static let visual = [
        tensor(
            "prompts/visual_context", ["visual_context", "vision_width"],
            "context beside the image's patches (visual); what it is made of (multimodal)")
    ]

    private static let multimodal =
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
    private static func linear(_ name: String, _ dimensions: [String], _ meaning: String) -> [DatasetKey<Float>] {
        [
            tensor("prompts/\(name)_weight", dimensions.reversed(), "\(meaning) (multimodal)"),
            tensor("prompts/\(name)_bias", Array(dimensions.suffix(1)), "its bias (multimodal)"),
        ]
    }

    private static func norm(_ name: String, _ meaning: String) -> [DatasetKey<Float>] {
        [
            tensor("prompts/\(name)_weight", ["mixer_width"], "\(meaning) (multimodal)"),
            tensor("prompts/\(name)_bias", ["mixer_width"], "its bias (multimodal)"),
        ]
    }

    private static let adapters = [("text", "text"), ("main", "visual main"), ("pseudo", "visual pseudo")]
        .flatMap { adapter, name in
            [
                tensor("adapters/\(adapter)/down_weight", ["hidden", "dim"], "first layer of the \(name) adapter (cap)"),
                tensor(
                    "adapters/\(adapter)/down_bias", ["hidden"], "bias of the first layer of the \(name) adapter (cap)"),
                tensor("adapters/\(adapter)/up_weight", ["dim", "hidden"], "second layer of the \(name) adapter (cap)"),
                tensor(
                    "adapters/\(adapter)/up_bias", ["dim"], "bias of the second layer of the \(name) adapter (cap)"),
            ]
        }
}

/// The optimizer's momentum of each trained tensor, below `optimizer/`.
public struct Momenta: KeyGroup {
    let keys = TrainedTensors().keys.map { of($0.path, $0.schema.dimensions) }

    /// That of the tensor that training calls `name`.
    public subscript(name: String) -> DatasetKey<Float> {
        let key = Self.of(name, [])
        return keys.first { $0.path == key.path } ?? key
    }

    private static func of(_ tensor: String, _ dimensions: [String]) -> DatasetKey<Float> {
        DatasetKey("optimizer/" + tensor, dimensions, unit: "1", "momentum of \(tensor)", isOptional: true)
    }
}
