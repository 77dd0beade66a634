import Artifacts
import CAP
import ImageArchive
import Images
import Parallel
import Tensors
import Views

/// The views that training asks for, made from the pixels in `images.h5` on several threads.
struct TrainingPixels: PixelSource {
    private let images: StoredImages
    private let plain: EvaluationView
    private let augmented: RandomResizedCrop
    private let seed: UInt64
    private let threads: Int

    /// - Parameters:
    ///   - view: the model's view of an image as it is.
    ///   - seed: of the augmentation.
    init(_ images: StoredImages, view: EvaluationView, seed: UInt64, threads: Int) throws {
        self.images = images
        self.seed = seed
        self.threads = threads
        plain = view
        augmented = try RandomResizedCrop(size: view.size)
    }

    func views(_ indices: [Int]) throws -> Tensor {
        try batch(indices) { image, _, view in try plain.render(image, into: view) }
    }

    func augmentedViews(_ indices: [Int], step: Int) throws -> Tensor {
        try batch(indices) { image, index, view in
            var generator = SeededGenerator(seed: seed, stream: UInt64(step) << 32 | UInt64(index))
            try augmented.render(image, into: view, using: &generator)
        }
    }

    /// `[indices, size, size, 3]`, each view written by `render`, which is told the image and its index.
    private func batch(
        _ indices: [Int],
        _ render: @Sendable (RGBImage, Int, UnsafeMutableBufferPointer<UInt8>) throws -> Void
    ) throws -> Tensor {
        let size = plain.size
        let length = size * size * 3
        let pixels = try [UInt8](unsafeUninitializedCapacity: indices.count * length) { buffer, count in
            let buffer = SharedBuffer(buffer)
            try concurrently(indices.count, threads: threads) { position in
                let view = buffer[position * length..<(position + 1) * length]
                try render(images.image(indices[position]), indices[position], view)
            }
            count = indices.count * length
        }
        return try Tensor(pixels, shape: [indices.count, size, size, 3])
    }
}
