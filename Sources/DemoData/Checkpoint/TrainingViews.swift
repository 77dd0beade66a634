import Images
import Parallel
import Tensors
import Views

/// Images the checkpoint is trained on, rendered for it alone: every class and distractor, each image as CLIP would
/// see it and as crops of it.
struct TrainingViews: Sendable {
    /// Views of one image: the evaluation view first, then the crops.
    static let viewsPerImage = 3

    /// What each image shows: the position in ``DemoClass/captioned``.
    let labels: [Int]
    private let pixels: [UInt8]
    private let size: Int

    /// Renders `perClass` images of every class and distractor.
    ///
    /// - Parameter rendered: called after each image, from any thread.
    init(
        seed: UInt32, perClass: Int, size: Int, threads: Int, rendered: @Sendable () -> Void
    ) throws {
        let images = DemoClass.captioned.flatMap { $0.images(for: .checkpoint, 0..<perClass, seed: seed) }
        let plain = try EvaluationView(size: size)
        let crop = try RandomResizedCrop(size: size, scale: 0.2...1, flipProbability: 0.5)
        let length = size * size * 3 * Self.viewsPerImage
        labels = (0..<images.count).map { $0 / perClass }
        pixels = try [UInt8](unsafeUninitializedCapacity: images.count * length) { buffer, count in
            let views = SharedBuffer(buffer)
            try concurrently(images.count, threads: threads) { index in
                var stream = images[index].seed.stream()
                let image = try images[index].class.photograph(using: &stream)
                let room = views[index * length..<(index + 1) * length]
                try plain.render(image, into: UnsafeMutableBufferPointer(rebasing: room[..<(length / 3)]))
                for view in 1..<Self.viewsPerImage {
                    let part = view * length / Self.viewsPerImage..<(view + 1) * length / Self.viewsPerImage
                    try crop.render(image, into: UnsafeMutableBufferPointer(rebasing: room[part]), using: &stream)
                }
                rendered()
            }
            count = images.count * length
        }
        self.size = size
    }

    /// One view of each of `images`, chosen by `random`: the evaluation view half the time.
    ///
    /// - Returns: uint8 RGB, `[images, size, size, 3]`.
    func batch(_ images: [Int], using random: inout RandomStream) throws -> Tensor {
        let length = size * size * 3
        var batch: [UInt8] = []
        batch.reserveCapacity(images.count * length)
        for image in images {
            let view = random.chance(0.5) ? 0 : random.integer(1...Self.viewsPerImage - 1)
            let start = (image * Self.viewsPerImage + view) * length
            batch += pixels[start..<start + length]
        }
        return try Tensor(batch, shape: [images.count, size, size, 3])
    }
}
