/// An RGB image of 8 bits a channel, rows from the top, pixels from the left.
///
///     let image = try ImageDecoder().decode(contentsOf: "cat.jpg")
///     let tile = try image.thumbnail(size: 96)
public struct RGBImage: Sendable, Equatable {
    public let height: Int
    public let width: Int

    /// `[height, width, 3]`, row-major.
    public let pixels: [UInt8]

    /// - Throws: `ImagesError` where a side is not positive or `pixels` does not hold height · width · 3 bytes.
    public init(height: Int, width: Int, pixels: [UInt8]) throws {
        let (area, overflow) = height.multipliedReportingOverflow(by: width)
        guard height > 0, width > 0, !overflow, pixels.count / 3 == area, pixels.count % 3 == 0 else {
            throw ImagesError("\(pixels.count) bytes are not \(height) x \(width) RGB pixels")
        }
        self.height = height
        self.width = width
        self.pixels = pixels
    }

    /// An image whose pixels `fill` writes, all of them, in place.
    ///
    /// For sides this library has checked; the buffer is not zeroed first.
    package init(
        height: Int, width: Int, filledBy fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        self.height = height
        self.width = width
        pixels = try [UInt8](unsafeUninitializedCapacity: height * width * 3) { buffer, count in
            try fill(UnsafeMutableBufferPointer(rebasing: buffer.prefix(height * width * 3)))
            count = height * width * 3
        }
    }

    public var shorterSide: Int { min(height, width) }

    public var longerSide: Int { max(height, width) }

    /// How many times longer than wide (or the reverse) an image may be to be decoded and viewed. A view
    /// scales the shorter side up to hundreds of pixels, so a strip of 1×100000 would take gigabytes.
    public static let maximumElongation = 100
}

extension ImagesError {
    package static func tooElongated(height: Int, width: Int) -> ImagesError {
        ImagesError(
            "\(height) x \(width) pixels: one side is more than \(RGBImage.maximumElongation) times the other")
    }
}
