import Artifacts
import CAP
import ImageArchive
import Images
import Parallel
import Tensors
import Views

/// The views that training asks for, made from the pixels in `images.h5` on several threads.
struct TrainingPixels: PixelSource {
    let threads: Int
    private let images: StoredImages
    private let plain: EvaluationView
    private let augmented: RandomResizedCrop
    private let seed: UInt64

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

    var size: Int { plain.size }

    func render(_ view: ImageView, into pixels: UnsafeMutableBufferPointer<UInt8>) throws {
        switch view {
        case .plain(let index):
            try plain.render(images.image(index), into: pixels)
        case .augmented(let index, let step):
            var generator = SeededGenerator(seed: seed, stream: UInt64(step) << 32 | UInt64(index))
            try augmented.render(images.image(index), into: pixels, using: &generator)
        }
    }
}
