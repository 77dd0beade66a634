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

    /// The numbers a file gives, or CLIP's where it gives none.
    ///
    /// - Parameter names: what the file calls the two.
    init(mean: [Float]?, deviation: [Float]?, names: String, file: String) throws {
        self = .clip
        self.mean = mean ?? self.mean
        self.deviation = deviation ?? self.deviation
        guard self.mean.count == 3, self.deviation.count == 3, (self.mean + self.deviation).allSatisfy(\.isFinite),
            self.deviation.allSatisfy({ $0 > 0 })
        else {
            throw CLIPError("\(file): \(names) need three numbers each, the deviations above 0.")
        }
    }

    /// The normalisation with its numbers on a device.
    public func placed(on device: Device) throws -> Placed {
        try Placed(
            scale: Tensor(deviation.map { 1 / (255 * $0) }, shape: [3]).to(device),
            offset: Tensor(zip(mean, deviation).map { $0 / $1 }, shape: [3]).to(device))
    }

    public struct Placed: Sendable {
        /// `[3]` both.
        fileprivate let scale: Tensor, offset: Tensor

        /// - Parameter pixels: uint8, `[…, 3]`.
        /// - Returns: the same shape in float32.
        public func callAsFunction(_ pixels: Tensor) throws -> Tensor { try pixels.to(.float32) * scale - offset }
    }
}
