import Images
import Tensors

/// CLIP's view of an image at evaluation: shorter side resized to `size`, then the central square of it.
///
/// Models that were trained on squashed images get both sides resized to `size` instead, and nothing cut off.
///
/// Follows torchvision's `Resize(size, BICUBIC)` and `CenterCrop(size)`: the longer side is cut to a whole
/// pixel and the crop's offset is rounded half to even.
public struct EvaluationView: Sendable {
    /// The view's height and width.
    public let size: Int
    private let squashes: Bool
    private let filter: PixelFilter

    /// - Parameters:
    ///   - squashes: whether both sides are resized to `size`.
    ///   - filter: how pixels in between are made.
    /// - Throws: `ImagesError` for a size that is not positive.
    public init(size: Int = 224, squashes: Bool = false, filter: PixelFilter = .bicubic) throws {
        self.size = try viewSize(size)
        self.squashes = squashes
        self.filter = filter
    }

    /// The view of one image, `[size, size, 3]`.
    public func render(_ image: RGBImage) throws -> RGBImage {
        try RGBImage(height: size, width: size) { try render(image, into: $0) }
    }

    /// Writes the view of one image to `view`, `[size, size, 3]`.
    public func render(_ image: RGBImage, into view: UnsafeMutableBufferPointer<UInt8>) throws {
        try requireRoom(in: view, for: 1, size: size)
        guard !squashes else {
            try image.resize(RGBImage.Window(of: image), into: view, height: size, width: size, filter: filter)
            return
        }
        let resized = try image.resized(shorterSide: size, filter: filter)
        resized.copy(
            RGBImage.Window(
                top: offset(in: resized.height), left: offset(in: resized.width), height: size, width: size),
            into: view)
    }

    /// Writes the views of `images` one after another to `batch`, `[images, size, size, 3]`.
    ///
    /// Touches nothing but its arguments, so threads may fill batches side by side.
    public func render(_ images: [RGBImage], into batch: UnsafeMutableBufferPointer<UInt8>) throws {
        try requireRoom(in: batch, for: images.count, size: size)
        for (index, image) in images.enumerated() {
            try render(image, into: slot(index, of: batch, size: size))
        }
    }

    private func offset(in side: Int) -> Int {
        Int((Double(side - size) / 2).rounded(.toNearestOrEven))
    }
}

func viewSize(_ size: Int) throws -> Int {
    guard (1...65_535).contains(size) else { throw ImagesError("a view cannot be \(size) pixels wide") }
    return size
}

func requireRoom(in batch: UnsafeMutableBufferPointer<UInt8>, for images: Int, size: Int) throws {
    let needed = images * size * size * 3
    guard batch.count >= needed else {
        throw ImagesError(
            "\(images) views of \(size) x \(size) pixels need \(needed) bytes, and the batch has \(batch.count)")
    }
}

func slot(
    _ index: Int, of batch: UnsafeMutableBufferPointer<UInt8>, size: Int
) -> UnsafeMutableBufferPointer<UInt8> {
    let length = size * size * 3
    return UnsafeMutableBufferPointer(rebasing: batch[index * length..<(index + 1) * length])
}
