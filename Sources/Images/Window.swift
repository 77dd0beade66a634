extension RGBImage {
    /// A window of an image, in its pixels.
    public struct Window: Sendable, Equatable {
        public var top: Int
        public var left: Int
        public var height: Int
        public var width: Int

        public init(top: Int, left: Int, height: Int, width: Int) {
            self.top = top
            self.left = left
            self.height = height
            self.width = width
        }
    }

    /// Copies `window` of this image, which must lie inside it, into `out`, `[window.height, window.width, 3]`.
    package func copy(_ window: Window, into out: UnsafeMutableBufferPointer<UInt8>) {
        pixels.withUnsafeBufferPointer { pixels in
            let length = window.width * 3
            for row in 0..<window.height {
                let start = ((window.top + row) * width + window.left) * 3
                _ = UnsafeMutableBufferPointer(rebasing: out[row * length..<(row + 1) * length])
                    .update(fromContentsOf: pixels[start..<start + length])
            }
        }
    }
}

extension RGBImage.Window {
    /// All of an image.
    package init(of image: RGBImage) {
        self.init(top: 0, left: 0, height: image.height, width: image.width)
    }
}
