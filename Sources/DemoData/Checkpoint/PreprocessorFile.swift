import CLIP
import FoundationEssentials

/// `preprocessor_config.json`: how `transformers` turns an image into the model's view of it.
struct PreprocessorFile: Encodable {
    private struct Square: Encodable {
        let height: Int
        let width: Int
    }

    private let image_processor_type = "CLIPImageProcessor"
    private let do_convert_rgb = true
    private let do_resize = true
    private let size: [String: Int]
    /// Bicubic, in PIL's numbering.
    private let resample = 3
    private let do_center_crop = true
    private let crop_size: Square
    private let do_rescale = true
    private let rescale_factor = 1.0 / 255
    private let do_normalize = true
    private let image_mean = PixelNormalization.clip.mean
    private let image_std = PixelNormalization.clip.deviation

    init(imageSize: Int) {
        size = ["shortest_edge": imageSize]
        crop_size = Square(height: imageSize, width: imageSize)
    }

    func write(to directory: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self)
            .write(to: directory.appendingPathComponent("preprocessor_config.json"), options: .atomic)
    }
}
