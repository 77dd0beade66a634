import Essentials
import FoundationEssentials

/// `open_clip_config.json`: what is read of it, the shapes of the weights say the rest. ``KnownKeys`` refuses what is neither.
struct OpenCLIPConfigFile: Decodable {
    var model_cfg: Model
    var preprocess_cfg: Preprocessing?

    struct Model: Decodable {
        var embed_dim: Int?
        var quick_gelu: Bool?
        var vision_cfg: Vision?
        var text_cfg: Text?
    }

    struct Norm: Decodable {
        var eps: Double?
    }

    struct Vision: Decodable {
        var width: Int?
        var layers: Int?
        /// Hidden numbers per attention head.
        var head_width: Int?
        var patch_size: ConfigFile.Side?
        var image_size: ConfigFile.Side?
        var ls_init_value: Double?
        var no_ln_pre: Bool?
        /// "tok" or "avg".
        var pool_type: String?
        var final_ln_after_pool: Bool?
        var norm_kwargs: Norm?
    }

    struct Text: Decodable {
        var width: Int?
        var layers: Int?
        var heads: Int?
        var context_length: Int?
        var vocab_size: Int?
        var ls_init_value: Double?
        var no_causal_mask: Bool?
        /// "argmax", "eos", "first" or "last".
        var pool_type: String?
        var eos_id: Int?
        var norm_kwargs: Norm?
        var hf_tokenizer_name: String?
        var tokenizer_kwargs: TokenizerOptions?
    }

    struct TokenizerOptions: Decodable {
        var strip_sep_token: Bool?
    }

    struct Preprocessing: Decodable {
        var mean: [Float]?
        var std: [Float]?
        var interpolation: String?
        var resize_mode: String?
    }

    init(contentsOf url: URL) throws {
        let data = try jsonData(of: url)
        self = try decodeJSON(Self.self, from: data, named: url.path)
        try KnownKeys.checkOpenCLIP(data, name: url.path)
        let sections = KnownKeys.object(data)?["model_cfg"]?.asObject
        let isHuggingFaces = model_cfg.text_cfg?.hf_tokenizer_name?.isEmpty == false
        try KnownKeys.checkTokenizer(
            sections?["text_cfg"]?.asObject?["tokenizer_kwargs"], isHuggingFaces: isHuggingFaces, name: url.path)
        for section in ["vision_cfg", "text_cfg"] {
            let norm = sections?[section]?.asObject?["norm_kwargs"]
            try KnownKeys(free: ["eps"], fixed: [:]).check(norm, at: "model_cfg.\(section).norm_kwargs", in: url.path)
        }
    }

    /// Takes over what shapes do not say, and throws a sentence where the file says another thing than the shapes.
    func apply(to config: inout CLIPConfig, name: String) throws {
        let (vision, text) = (model_cfg.vision_cfg, model_cfg.text_cfg)
        let sizes: [(key: String, said: Int?, found: Int)] = [
            ("embed_dim", model_cfg.embed_dim, config.projectionDimension),
            ("vision_cfg.width", vision?.width, config.vision.transformer.width),
            ("vision_cfg.layers", vision?.layers, config.vision.transformer.layers),
            ("vision_cfg.patch_size", vision?.patch_size?.pixels, config.vision.patchSize),
            ("text_cfg.width", text?.width, config.text.transformer.width),
            ("text_cfg.layers", text?.layers, config.text.transformer.layers),
            ("text_cfg.context_length", text?.context_length, config.text.contextLength),
            ("text_cfg.vocab_size", text?.vocab_size, config.text.vocabularySize),
        ]
        for (key, said, found) in sizes {
            if let said, said != found {
                throw CLIPError(
                    "\(name): model_cfg.\(key) is \(said), but the weights beside it have \(found): they do not belong together."
                )
            }
        }
        // Pixels that do not fill a patch are left out, which no weight shows.
        if let size = vision?.image_size?.pixels {
            guard size / config.vision.patchSize == config.vision.grid else {
                throw CLIPError(
                    "\(name): model_cfg.vision_cfg.image_size is \(size), but the weights have positions of \(config.vision.imageSize) "
                        + "pixels: save the model with the positions that open_clip makes of them.")
            }
            config.vision.imageSize = size
        }
        for (key, isSaid, isThere) in [
            ("vision_cfg.no_ln_pre", vision?.no_ln_pre, !config.vision.hasPreNorm),
            ("vision_cfg.ls_init_value", vision?.ls_init_value.map { _ in true }, config.vision.transformer.hasLayerScale),
            ("text_cfg.ls_init_value", text?.ls_init_value.map { _ in true }, config.text.transformer.hasLayerScale),
        ] where (isSaid ?? false) != isThere {
            throw CLIPError("\(name): model_cfg.\(key) and the weights beside it do not belong together.")
        }
        if let width = vision?.head_width, width > 0 {
            config.vision.transformer.heads = config.vision.transformer.width / width
        }
        if let heads = text?.heads { config.text.transformer.heads = heads }
        if let epsilon = vision?.norm_kwargs?.eps { config.vision.transformer.layerNormEpsilon = epsilon }
        if let epsilon = text?.norm_kwargs?.eps { config.text.transformer.layerNormEpsilon = epsilon }
        switch vision?.pool_type ?? "tok" {
        case "tok": config.vision.pooling = .classToken
        case "avg": config.vision.pooling = vision?.final_ln_after_pool == true ? .normOfMean : .meanOfNormed
        case let other: throw CLIPError("\(name): model_cfg.vision_cfg.pool_type is \"\(other)\"; tok and avg are known.")
        }
        config.text.isCausal = text?.no_causal_mask != true
        switch text?.pool_type ?? "argmax" {
        case "argmax": config.text.endOfTextToken = nil
        case "eos": config.text.endOfTextToken = text?.eos_id ?? 2
        case "first": config.text.pooling = .first
        case "last": config.text.pooling = .last
        case let other:
            throw CLIPError("\(name): model_cfg.text_cfg.pool_type is \"\(other)\"; argmax, eos, first and last are known.")
        }
        try config.validate(name: name)
    }

    /// How the file wants images brought to the model's size.
    func resizing(name: String) throws -> ImageResizing {
        var resizing = ImageResizing()
        switch preprocess_cfg?.resize_mode ?? "shortest" {
        case "shortest": break
        case "squash": resizing.mode = .squash
        case let other:
            throw CLIPError("\(name): preprocess_cfg.resize_mode is \"\(other)\"; shortest and squash are known.")
        }
        switch preprocess_cfg?.interpolation ?? "bicubic" {
        // open_clip takes "random" for bicubic where nothing is trained.
        case "bicubic", "random": break
        case "bilinear": resizing.filter = .bilinear
        case let other:
            throw CLIPError("\(name): preprocess_cfg.interpolation is \"\(other)\"; bicubic and bilinear are known.")
        }
        return resizing
    }
}
