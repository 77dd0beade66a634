import FoundationEssentials

/// How a Hugging Face checkpoint wants its pixels: `preprocessor_config.json`, or the part of
/// `processor_config.json` that newer versions of `transformers` write in its place.
struct PreprocessorFile: Decodable {
    private var image_mean: [Float]?
    private var image_std: [Float]?
    private var do_normalize: Bool?
    private var do_rescale: Bool?
    private var rescale_factor: Double?
    private var do_resize: Bool?
    private var do_center_crop: Bool?
    private var resample: Int?
    private var size: Size?

    /// The file of `directory`; nil where there is none.
    static func url(in directory: URL) -> URL? {
        ["preprocessor_config.json", "processor_config.json"].map(directory.appendingPathComponent)
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }

    init(contentsOf url: URL) throws {
        if url.lastPathComponent == "processor_config.json" {
            self = try decodeJSON(Processor.self, from: url).image_processor ?? PreprocessorFile()
        } else {
            self = try decodeJSON(PreprocessorFile.self, from: url)
        }
    }

    private init() {}

    /// The arithmetic on a pixel's numbers, rescaling included.
    func normalization(name: String) throws -> PixelNormalization {
        let normalization =
            do_normalize == false
            ? PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1])
            : try PixelNormalization(
                mean: image_mean, deviation: image_std, names: "image_mean and image_std", file: name)
        // (f·x − m) / s with another factor than 1/255 is the same as x/255 with other means and deviations.
        let factor = do_rescale == false ? 1 : rescale_factor ?? 1 / 255
        guard factor.isFinite, factor > 0 else {
            throw CLIPError("\(name): rescale_factor is \(factor); it must be above 0.")
        }
        let scale = abs(factor * 255 - 1) < 1e-6 ? 1 : Float(factor * 255)
        return PixelNormalization(
            mean: normalization.mean.map { $0 / scale }, deviation: normalization.deviation.map { $0 / scale })
    }

    /// How images are brought to the model's size: both sides at once where it names both and crops nothing, and bilinearly
    /// where it asks for it (2; 3 is bicubic).
    func resizing(imageSize: Int) -> ImageResizing {
        ImageResizing(mode: squashes(to: imageSize) ? .squash : .shortest, filter: resample == 2 ? .bilinear : .bicubic)
    }

    private func squashes(to imageSize: Int) -> Bool {
        guard let size, size.isBoth, size.shorterSide == imageSize else { return false }
        return do_resize != false
    }

    /// What it asks for that is done in another way here.
    func remarks(imageSize: Int, name: String) -> [String] {
        var remarks: [String] = []
        if let resample, resample != 3, resample != 2 {
            remarks.append(
                "\(name) asks for resampling filter \(resample) (resample); images are resized bicubically here.")
        }
        if do_resize == false || do_center_crop == false && !squashes(to: imageSize) {
            remarks.append(
                "\(name) asks for images as they are; here the shorter side is resized and the middle kept.")
        }
        if let side = size?.shorterSide, side != imageSize {
            remarks.append(
                "\(name) asks for a shorter side of \(side) before the crop; here it is \(imageSize), the model's size."
            )
        }
        return remarks
    }

    private struct Processor: Decodable {
        var image_processor: PreprocessorFile?
    }

    /// A number, or an object that names sides.
    private struct Size: Decodable {
        var shorterSide: Int?
        /// Whether it names height and width, which are then both meant.
        var isBoth = false

        private enum Key: String, CodingKey { case shortest_edge, height, width }

        init(from decoder: any Decoder) throws {
            if let side = try? decoder.singleValueContainer().decode(Int.self) {
                shorterSide = side
                return
            }
            let sides = try decoder.container(keyedBy: Key.self)
            let shortest = try sides.decodeIfPresent(Int.self, forKey: .shortest_edge)
            let (height, width) = try (
                sides.decodeIfPresent(Int.self, forKey: .height), sides.decodeIfPresent(Int.self, forKey: .width)
            )
            shorterSide = shortest ?? height
            isBoth = shortest == nil && height != nil && height == width
        }
    }
}
