import Foundation
import Tensors

/// How pixels become numbers: scaled to 0…1, less the mean, over the standard deviation, per colour.
public struct PixelNormalization: Sendable, Equatable {
    /// Red, green, blue, of pixels scaled to 0…1.
    public var mean: [Float]
    public var deviation: [Float]

    /// The numbers every published CLIP uses, openai/CLIP `clip/clip.py`.
    public static let clip = PixelNormalization(
        mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711])

    public init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// The numbers of a checkpoint's `preprocessor_config.json`, or CLIP's where it has none.
    public init(directory: URL) throws {
        self = .clip
        guard let url = Self.file(in: directory) else { return }
        let file = try decodeJSON(PreprocessorFile.self, from: url)
        mean = file.image_mean ?? mean
        deviation = file.image_std ?? deviation
        guard mean.count == 3, deviation.count == 3, (mean + deviation).allSatisfy(\.isFinite),
            deviation.allSatisfy({ $0 > 0 })
        else {
            throw CLIPError(
                "\(url.path): image_mean and image_std need three numbers each, image_std above 0.")
        }
    }

    static func file(in directory: URL) -> URL? {
        let url = directory.appendingPathComponent("preprocessor_config.json")
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// - Parameter pixels: uint8, `[…, 3]`.
    /// - Returns: the same shape in float32.
    public func callAsFunction(_ pixels: Tensor) throws -> Tensor {
        let scale = try Tensor(deviation.map { 1 / (255 * $0) }, shape: [3]).to(pixels.device)
        let offset = try Tensor(zip(mean, deviation).map { $0 / $1 }, shape: [3]).to(pixels.device)
        return try pixels.to(.float32) * scale - offset
    }
}

private struct PreprocessorFile: Decodable {
    var image_mean: [Float]?
    var image_std: [Float]?
}
