import Parallel
import Tensors

/// Gives training the views of its images.
public protocol PixelSource: Sendable {
    /// Height and width of the views.
    var size: Int { get }

    /// Threads that views may be made on.
    var threads: Int { get }

    /// Writes one view to `pixels`, `[size, size, 3]`. Called from several threads.
    func render(_ view: ImageView, into pixels: UnsafeMutableBufferPointer<UInt8>) throws
}

/// A view of an image that training asks for.
public enum ImageView: Sendable, Hashable {
    /// CLIP's evaluation view.
    case plain(Int)
    /// An augmented view, which depends on the seed, the image and the iteration over the whole run only.
    case augmented(Int, step: Int)
}

extension PixelSource {
    /// CLIP's evaluation views of `images`: `[images, size, size, 3]`, uint8.
    public func views(_ images: [Int]) throws -> Tensor { try batch(images.map(ImageView.plain), threads: threads) }

    /// Augmented views of `images`: `[images, size, size, 3]`, uint8.
    ///
    /// - Parameters:
    ///   - step: the iteration over the whole run.
    public func augmentedViews(_ images: [Int], step: Int) throws -> Tensor {
        try batch(images.map { .augmented($0, step: step) }, threads: threads)
    }

    /// Some views, `[views, size, size, 3]`, uint8, in memory that `device` reads.
    func batch(_ views: [ImageView], threads: Int, for device: Device = .cpu) throws -> Tensor {
        let length = size * size * 3
        return try Tensor.written(shape: [views.count, size, size, 3], dtype: .uint8, for: device) { bytes in
            let pixels = SharedBuffer(bytes.bindMemory(to: UInt8.self))
            try concurrently(views.count, threads: threads) { position in
                try render(views[position], into: pixels[position * length..<(position + 1) * length])
            }
        }
    }
}
