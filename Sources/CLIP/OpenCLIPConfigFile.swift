import Foundation

/// The part of `open_clip_config.json` that the shapes of the weights do not say.
struct OpenCLIPConfigFile: Decodable {
    var model_cfg: Model
    var preprocess_cfg: Preprocessing?

    struct Model: Decodable {
        var quick_gelu: Bool?
        var vision_cfg: Vision?
        var text_cfg: Text?
    }

    struct Vision: Decodable {
        /// Hidden numbers per attention head.
        var head_width: Int?
    }

    struct Text: Decodable {
        var heads: Int?
    }

    struct Preprocessing: Decodable {
        var mean: [Float]?
        var std: [Float]?
        var interpolation: String?
        var resize_mode: String?
    }
}
