import Images
import Tensors

extension RGBImage {
    /// The image at another size, by libtorch's antialiased filters on uint8: within two levels of
    /// Pillow's `resize((width, height), BICUBIC)`, or `BILINEAR`.
    public func resized(height: Int, width: Int, filter: PixelFilter = .bicubic) throws -> RGBImage {
        guard (height, width) != (self.height, self.width) else { return self }
        guard height > 0, width > 0, height <= Int.max / 3 / width else {
            throw ImagesError("an image cannot be resized to \(height) x \(width) pixels")
        }
        return try RGBImage(height: height, width: width) { out in
            try resize(Window(of: self), into: out, height: height, width: width, filter: filter)
        }
    }

    /// The image with its shorter side exactly `size`, the longer one in proportion and cut to a whole pixel,
    /// as torchvision's `Resize(size, BICUBIC)` has it.
    public func resized(shorterSide size: Int, filter: PixelFilter = .bicubic) throws -> RGBImage {
        guard longerSide / shorterSide <= Self.maximumElongation else {
            throw ImagesError.tooElongated(height: height, width: width)
        }
        let longer = size * longerSide / shorterSide
        return try height <= width
            ? resized(height: size, width: longer, filter: filter) : resized(height: longer, width: size, filter: filter)
    }

    /// The image with its shorter side at most `limit`: smaller images are not enlarged.
    public func capped(shorterSide limit: Int) throws -> RGBImage {
        shorterSide > limit ? try resized(shorterSide: limit) : self
    }

    /// Resizes `window` of this image, which must lie inside it, into `out`, `[height, width, 3]`.
    func resize(
        _ window: Window, into out: UnsafeMutableBufferPointer<UInt8>, height: Int, width: Int,
        filter: PixelFilter = .bicubic
    ) throws {
        try pixels.withUnsafeBufferPointer { pixels in
            guard let source = pixels.baseAddress, let destination = out.baseAddress else { return }
            do {
                try resizePixels(
                    source + (window.top * self.width + window.left) * 3,
                    height: window.height, width: window.width, rowStride: self.width * 3,
                    into: destination, outHeight: height, outWidth: width, filter: filter)
            } catch {
                throw ImagesError("cannot be resized to \(height) x \(width) pixels: \(error)")
            }
        }
    }
}
