import FoundationEssentials
import Vocabulary

extension CLIPConfig {
    /// Reads `config.json` and refuses what is not a CLIP with two transformers, naming what was found
    /// instead.
    public init(contentsOf url: URL) throws {
        let data = try jsonData(of: url)
        let file = try decodeJSON(ConfigFile.self, from: data, named: url.path)
        try self.init(file, name: url.path)
        try KnownKeys.checkHuggingFace(data, name: url.path)
    }

    init(_ file: ConfigFile, name: String) throws {
        guard let modelType = file.model_type ?? (file.hasBothTowers ? "clip" : nil) else {
            throw CLIPError(
                "\(name) names no model_type and no text_config and vision_config, so it is not a CLIP's.")
        }
        guard modelType == "clip" else {
            throw CLIPError(
                "\(name) describes a model of type \"\(modelType)\"; "
                    + "a CLIP with both its text and its vision transformer (model_type \"clip\") is needed.")
        }
        // As in transformers: a section called …_config_dict, where there is one, stands in for the plain
        // one.
        let text = file.text_config_dict ?? file.text_config ?? .init()
        let vision = file.vision_config_dict ?? file.vision_config ?? .init()
        self.init(
            text: TextConfig(
                transformer: try text.transformer(
                    TextConfig().transformer, section: "text_config", name: name),
                vocabularySize: text.vocab_size ?? 49408,
                contextLength: text.max_position_embeddings ?? 77,
                // Before its version 4.31 transformers wrote 2 whatever the vocabulary was, and takes it for the largest token.
                endOfTextToken: text.eos_token_id == 2 ? nil : text.eos_token_id ?? 49407),
            vision: VisionConfig(
                transformer: try vision.transformer(
                    VisionConfig().transformer, section: "vision_config", name: name),
                imageSize: vision.image_size?.pixels ?? 224,
                patchSize: vision.patch_size?.pixels ?? 32),
            projectionDimension: file.projection_dim ?? 512)
        if let channels = vision.num_channels, channels != 3 {
            throw CLIPError(
                "\(name): vision_config.num_channels is \(channels); images here have 3 channels.")
        }
        try validate(name: name)
    }

    /// Throws where the sizes cannot belong together, so that nothing computed from them can overflow.
    public func validate(name: String = "the configuration") throws {
        let sizes: [(key: String, value: Int, most: Int)] = [
            ("projection_dim", projectionDimension, 1 << 16),
            ("text_config.vocab_size", text.vocabularySize, 1 << 24),
            ("text_config.max_position_embeddings", text.contextLength, 1 << 16),
            ("vision_config.image_size", vision.imageSize, 1 << 14),
            ("vision_config.patch_size", vision.patchSize, vision.imageSize),
        ]
        let towers = [("text_config", text.transformer), ("vision_config", vision.transformer)]
        let towerSizes = towers.flatMap { section, tower in
            [
                (key: "\(section).hidden_size", value: tower.width, most: 1 << 16),
                (key: "\(section).num_hidden_layers", value: tower.layers, most: 1 << 10),
                (key: "\(section).num_attention_heads", value: tower.heads, most: tower.width),
                (key: "\(section).intermediate_size", value: tower.feedForwardWidth, most: 1 << 18),
            ]
        }
        for size in sizes + towerSizes where size.value < 1 || size.value > size.most {
            throw CLIPError("\(name): \(size.key) is \(size.value); it must lie between 1 and \(size.most).")
        }
        if text.contextLength < 3 {
            throw CLIPError(
                "\(name): text_config.max_position_embeddings is \(text.contextLength); at least 3 are needed."
            )
        }
        for (section, tower) in towers where tower.width % tower.heads != 0 {
            throw CLIPError(
                "\(name): \(section).hidden_size \(tower.width) is not a multiple of "
                    + "num_attention_heads \(tower.heads).")
        }
        for (section, tower) in towers where !(tower.layerNormEpsilon > 0 && tower.layerNormEpsilon < 1) {
            throw CLIPError(
                "\(name): \(section).layer_norm_eps is \(tower.layerNormEpsilon); it must lie in (0, 1).")
        }
    }

    /// The `config.json` that `transformers` reads the same model from.
    public func json() throws -> Data {
        let file = ConfigFile(
            architectures: ["CLIPModel"], model_type: "clip", projection_dim: projectionDimension,
            text_config: ConfigFile.Section(
                text.transformer, model_type: "clip_text_model", projection_dim: projectionDimension,
                vocab_size: text.vocabularySize, max_position_embeddings: text.contextLength,
                eos_token_id: text.endOfTextToken ?? 2),
            vision_config: ConfigFile.Section(
                vision.transformer, model_type: "clip_vision_model", projection_dim: projectionDimension,
                image_size: .init(pixels: vision.imageSize), patch_size: .init(pixels: vision.patchSize)))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(file)
    }
}

/// `config.json` as it lies on disk; every key may be missing.
struct ConfigFile: Codable {
    var architectures: [String]?
    var model_type: String?
    var projection_dim: Int?
    var text_config: Section?
    var vision_config: Section?
    var text_config_dict: Section?
    var vision_config_dict: Section?

    var hasBothTowers: Bool {
        (text_config ?? text_config_dict) != nil && (vision_config ?? vision_config_dict) != nil
    }

    struct Section: Codable {
        var model_type: String?
        var hidden_size: Int?
        var num_hidden_layers: Int?
        var num_attention_heads: Int?
        var intermediate_size: Int?
        var hidden_act: String?
        var layer_norm_eps: Double?
        var projection_dim: Int?
        var vocab_size: Int?
        var max_position_embeddings: Int?
        var eos_token_id: Int?
        var image_size: Side?
        var patch_size: Side?
        var num_channels: Int?
    }

    /// The side of a square, which transformers also accepts as a list of two.
    struct Side: Codable {
        var pixels: Int

        init(pixels: Int) {
            self.pixels = pixels
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let sides = try? container.decode([Int].self) {
                guard sides.count == 2, sides[0] == sides[1] else {
                    throw DecodingError.dataCorruptedError(
                        in: container,
                        debugDescription: "\(sides) is not a square; only square images are supported.")
                }
                pixels = sides[0]
            } else {
                pixels = try container.decode(Int.self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(pixels)
        }
    }
}

extension ConfigFile.Section {
    init(
        _ transformer: TransformerConfig, model_type: String, projection_dim: Int,
        vocab_size: Int? = nil, max_position_embeddings: Int? = nil, eos_token_id: Int? = nil,
        image_size: ConfigFile.Side? = nil, patch_size: ConfigFile.Side? = nil
    ) {
        self.init(
            model_type: model_type, hidden_size: transformer.width, num_hidden_layers: transformer.layers,
            num_attention_heads: transformer.heads, intermediate_size: transformer.feedForwardWidth,
            hidden_act: transformer.activation.rawValue, layer_norm_eps: transformer.layerNormEpsilon,
            projection_dim: projection_dim, vocab_size: vocab_size,
            max_position_embeddings: max_position_embeddings, eos_token_id: eos_token_id,
            image_size: image_size, patch_size: patch_size)
    }

    func transformer(
        _ standard: TransformerConfig, section: String, name: String
    ) throws -> TransformerConfig {
        let activationName = hidden_act ?? Activation.quickGELU.rawValue
        guard let activation = Activation(rawValue: activationName) else {
            let known = Activation.allCases.map(\.rawValue).joined(separator: " and ")
            throw CLIPError("\(name): \(section).hidden_act is \"\(activationName)\"; \(known) are known.")
        }
        return TransformerConfig(
            width: hidden_size ?? standard.width,
            layers: num_hidden_layers ?? standard.layers,
            heads: num_attention_heads ?? standard.heads,
            feedForwardWidth: intermediate_size ?? standard.feedForwardWidth,
            activation: activation,
            layerNormEpsilon: layer_norm_eps ?? standard.layerNormEpsilon)
    }
}
