import CJPEG
import CPNG

/// Decodes JPEG and PNG files to RGB as Pillow's `Image.open(path).convert("RGB")` does.
///
///     let decoder = ImageDecoder()
///     let image = try decoder.decode(contentsOf: "flowers/0001.jpg")
///
/// JPEG may be baseline or progressive, gray, YCbCr, RGB, CMYK or YCCK; PNG of any bit depth, with palette,
/// alpha and interlacing. Alpha is dropped without compositing and color profiles are ignored, as in Pillow.
/// Two things differ on purpose: 16-bit gray keeps its high byte like 16-bit color does (Pillow clips it to
/// white), and JPEG data that end early or are damaged in the middle are refused wherever libjpeg would fill
/// in gray.
///
/// A decoder keeps its buffers from one image to the next, so one serves one thread.
public final class ImageDecoder {
    /// What to accept, and how to turn it.
    public struct Options: Sendable {
        /// The most pixels an image may have; larger ones are refused before anything is allocated for them.
        /// The default is where Pillow raises `DecompressionBombError`.
        public var maximumPixels = 178_956_970

        /// Whether the picture is turned upright as its EXIF orientation says. Off by default, because
        /// `Image.open` (and so every CLIP pipeline built on it) ignores the tag.
        public var appliesExifOrientation = false

        /// Where what is read and decoded is counted.
        public var work: DecodingWork?

        public init() {}
    }

    /// The libraries that decode, with their versions: "libjpeg-turbo 2.1.5", "libpng 1.6.39".
    public static let libraries = [String(cString: cjpeg_library()), String(cString: cpng_library())]

    public let options: Options

    private var file = FileBuffer()
    private var jpeg: OpaquePointer?

    public init(options: Options = Options()) {
        self.options = options
    }

    deinit {
        cjpeg_decoder_destroy(jpeg)
    }

    /// Decodes the file at `path`.
    ///
    /// - Throws: `ImagesError` that names the file, for one that cannot be read or decoded.
    public func decode(contentsOf path: String) throws -> RGBImage {
        do {
            let before = file.bytesRead
            defer { options.work?.add(bytesRead: file.bytesRead - before) }
            return try decode(file.read(path))
        } catch let error as ImagesError {
            throw ImagesError(error.reason, path: path)
        }
    }

    /// Decodes the bytes of a file.
    public func decode(_ bytes: [UInt8]) throws -> RGBImage {
        try bytes.withUnsafeBytes(decode)
    }

    /// Decodes the bytes of a file.
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> RGBImage {
        guard !bytes.isEmpty else { throw ImagesError("the file is empty") }
        guard let format = ImageFormat(signature: bytes) else { throw ImagesError("not a JPEG or PNG file") }
        let image: RGBImage
        switch format {
        case .jpeg: image = try decodeJPEG(bytes)
        case .png: image = try decodePNG(bytes)
        default: throw ImagesError("a \(format.rawValue) image, where JPEG and PNG are supported")
        }
        guard options.appliesExifOrientation, let orientation = ExifOrientation(of: bytes, format) else {
            return image
        }
        return image.turned(from: orientation)
    }

    private func decodeJPEG(_ bytes: UnsafeRawBufferPointer) throws -> RGBImage {
        if jpeg == nil {
            jpeg = cjpeg_decoder_create()
        }
        guard let jpeg else { throw ImagesError("not enough memory to start decoding") }
        func failure() -> ImagesError {
            ImagesError("not a sound JPEG: \(String(cString: cjpeg_decoder_message(jpeg)))")
        }
        var width = 0
        var height = 0
        guard
            cjpeg_decoder_read_header(
                jpeg, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, &width, &height)
        else { throw failure() }
        try checkSize(height: height, width: width)
        options.work?.addImage(height: height, width: width)
        return try RGBImage(height: height, width: width) { pixels in
            guard cjpeg_decoder_read_rgb(jpeg, pixels.baseAddress, pixels.count) else { throw failure() }
        }
    }

    private func decodePNG(_ bytes: UnsafeRawBufferPointer) throws -> RGBImage {
        let data = bytes.assumingMemoryBound(to: UInt8.self)
        return try withUnsafeTemporaryAllocation(of: CChar.self, capacity: cpng_message_capacity) {
            message in
            func failure() -> ImagesError {
                ImagesError("not a sound PNG: \(message.baseAddress.map { String(cString: $0) } ?? "")")
            }
            var width = 0
            var height = 0
            guard cpng_read_header(data.baseAddress, data.count, &width, &height, message.baseAddress) else {
                throw failure()
            }
            try checkSize(height: height, width: width)
            options.work?.addImage(height: height, width: width)
            return try RGBImage(height: height, width: width) { pixels in
                guard
                    cpng_read_rgb(
                        data.baseAddress, data.count, pixels.baseAddress, pixels.count, message.baseAddress)
                else { throw failure() }
            }
        }
    }

    private func checkSize(height: Int, width: Int) throws {
        guard height > 0, width > 0 else { throw ImagesError("an image of \(height) x \(width) pixels") }
        let (area, overflow) = height.multipliedReportingOverflow(by: width)
        guard !overflow, area <= options.maximumPixels else {
            throw ImagesError("\(height) x \(width) pixels are more than the limit of \(options.maximumPixels)")
        }
        guard max(height, width) / min(height, width) <= RGBImage.maximumElongation else {
            throw ImagesError.tooElongated(height: height, width: width)
        }
    }
}
