import Glibc
import Images

/// The augmented view of training: a random window of the image, resized to a square and perhaps mirrored.
///
/// The window is drawn as torchvision's `RandomResizedCrop.get_params` draws it: its area uniform in `scale`
/// of the image's, its aspect ratio log-uniform in `ratio`; after ten that do not fit, the largest central
/// window within `ratio`. Random numbers come from the caller's generator, so a view depends on its seed and
/// on nothing else.
public struct RandomResizedCrop: Sendable {
    /// The view's height and width.
    public let size: Int

    /// The least and the largest part of the image's area.
    public let scale: ClosedRange<Double>

    /// The least and the largest width over height.
    public let ratio: ClosedRange<Double>

    /// How often the view is mirrored left to right.
    public let flipProbability: Double

    /// - Throws: `ImagesError` for a size or range that is not positive, or a probability outside 0...1.
    public init(
        size: Int = 224, scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3 / 4...4 / 3,
        flipProbability: Double = 1
    ) throws {
        self.size = try viewSize(size)
        guard scale.lowerBound > 0, scale.upperBound <= 1, ratio.lowerBound > 0, ratio.upperBound.isFinite else {
            throw ImagesError("a crop of scale \(scale) and ratio \(ratio) lies in no image")
        }
        guard (0...1).contains(flipProbability) else {
            throw ImagesError("a flip probability of \(flipProbability) is not within 0...1")
        }
        self.scale = scale
        self.ratio = ratio
        self.flipProbability = flipProbability
    }

    /// A view of one image, `[size, size, 3]`.
    public func render(_ image: RGBImage, using generator: inout some RandomNumberGenerator) throws -> RGBImage {
        try RGBImage(height: size, width: size) { try render(image, into: $0, using: &generator) }
    }

    /// Writes a view of one image to `view`, `[size, size, 3]`.
    public func render(
        _ image: RGBImage, into view: UnsafeMutableBufferPointer<UInt8>,
        using generator: inout some RandomNumberGenerator
    ) throws {
        try requireRoom(in: view, for: 1, size: size)
        let window = window(height: image.height, width: image.width, using: &generator)
        if (window.height, window.width) == (size, size) {
            image.copy(window, into: view)
        } else {
            try image.resize(window, into: view, height: size, width: size)
        }
        if generator.uniform() < flipProbability {
            mirror(view)
        }
    }

    /// Writes a view of each of `images` one after another to `batch`, `[images, size, size, 3]`.
    ///
    /// Touches nothing but its arguments, so threads may fill batches side by side.
    ///
    /// - Parameter generator: the source of randomness for the image at an index of `images`; one that is seeded
    ///   by the image and the step makes a view independent of how images are grouped into batches.
    public func render<Generator: RandomNumberGenerator>(
        _ images: [RGBImage], into batch: UnsafeMutableBufferPointer<UInt8>, generator: (Int) -> Generator
    ) throws {
        try requireRoom(in: batch, for: images.count, size: size)
        for (index, image) in images.enumerated() {
            var generator = generator(index)
            try render(image, into: slot(index, of: batch, size: size), using: &generator)
        }
    }

    /// Draws the window to look at in an image of `height` × `width` pixels.
    public func window(
        height: Int, width: Int, using generator: inout some RandomNumberGenerator
    ) -> RGBImage.Window {
        let logRatio = (log(ratio.lowerBound), log(ratio.upperBound))
        for _ in 0..<10 {
            let area = Double(height * width) * generator.uniform(scale.lowerBound, scale.upperBound)
            let aspect = exp(generator.uniform(logRatio.0, logRatio.1))
            let windowWidth = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
            let windowHeight = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
            if (1...width).contains(windowWidth), (1...height).contains(windowHeight) {
                let top = generator.index(below: height - windowHeight + 1)
                let left = generator.index(below: width - windowWidth + 1)
                return RGBImage.Window(top: top, left: left, height: windowHeight, width: windowWidth)
            }
        }
        return centralWindow(height: height, width: width)
    }

    private func centralWindow(height: Int, width: Int) -> RGBImage.Window {
        var (windowHeight, windowWidth) = (height, width)
        let aspect = Double(width) / Double(height)
        if aspect < ratio.lowerBound {
            windowHeight = Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven))
        } else if aspect > ratio.upperBound {
            windowWidth = Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven))
        }
        windowHeight = min(max(windowHeight, 1), height)
        windowWidth = min(max(windowWidth, 1), width)
        return RGBImage.Window(
            top: (height - windowHeight) / 2, left: (width - windowWidth) / 2,
            height: windowHeight, width: windowWidth)
    }

    private func mirror(_ view: UnsafeMutableBufferPointer<UInt8>) {
        for row in 0..<size {
            var left = row * size * 3
            var right = left + (size - 1) * 3
            while left < right {
                for channel in 0..<3 {
                    view.swapAt(left + channel, right + channel)
                }
                left += 3
                right -= 3
            }
        }
    }
}

extension RandomNumberGenerator {
    /// Uniform in 0..<1, a multiple of 2⁻⁵³.
    fileprivate mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    fileprivate mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
        lower + (upper - lower) * uniform()
    }

    /// Uniform in 0..<count, by the high half of a product: one draw always, unlike `Int.random`, whose
    /// number of draws is the standard library's own affair.
    fileprivate mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }
}
