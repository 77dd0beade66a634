import Tensors

/// Gives training the views of its images.
public protocol PixelSource {
    /// CLIP's evaluation views of `images`: `[images, size, size, 3]`, uint8.
    func views(_ images: [Int]) throws -> Tensor

    /// Augmented views of `images`: `[images, size, size, 3]`, uint8.
    ///
    /// - Parameters:
    ///   - step: the iteration over the whole run; a view depends on the seed, the image and the step only.
    func augmentedViews(_ images: [Int], step: Int) throws -> Tensor
}
