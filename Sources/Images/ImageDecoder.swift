/// Decodes image files to RGB as Pillow's `Image.open(path).convert("RGB")` does.
///
///     let decoder = ImageDecoder()
///     let image = try decoder.decode(contentsOf: "flowers/0001.jpg")
///
/// ``ImageCodec/all`` says which formats. Alpha is dropped without compositing and color profiles are ignored, as in Pillow.
/// Two things differ on purpose: 16-bit gray and numbers of no fixed scale become 8 bits in a way that shows something (Pillow
/// clips them to white), and data that end early or are damaged in the middle are refused wherever a library would fill
/// in gray, unless asked to keep them.
///
/// Nothing but memory is kept from one image to the next, so an image is the same whatever was decoded before it. One decoder
/// serves one thread.
public final class ImageDecoder {
    /// What to accept, and how to read it.
    public struct Options: Sendable {
        /// The most pixels an image may have; larger ones are refused before anything is allocated for them.
        /// The default is where Pillow raises `DecompressionBombError`.
        public var maximumPixels = 178_956_970

        /// What is made of a picture where there is a choice.
        public var reading = Reading()

        /// Where what is read and decoded is counted.
        public var work: DecodingWork?

        public init() {}
    }

    /// An image, and what was noticed about it.
    public struct Decoded: Sendable {
        public let image: RGBImage
        /// Why it would have been refused, where it is kept nevertheless.
        public let damage: String?
        /// The largest sample of an image of 16 bits a sample; nil for others.
        public let deepMaximum: Int?
    }

    /// The libraries that decode, with their versions: "libjpeg-turbo 2.1.5", "libpng 1.6.39".
    public static let libraries = ImageCodec.all.compactMap(\.library)

    public let options: Options

    private var file = FileBuffer()

    public init(options: Options = Options()) {
        self.options = options
    }

    /// Decodes the file at `path`.
    ///
    /// - Throws: `ImagesError` that names the file, for one that cannot be read or decoded.
    public func decode(contentsOf path: String) throws -> RGBImage {
        try examine(contentsOf: path).image
    }

    /// Decodes the bytes of a file.
    public func decode(_ bytes: [UInt8]) throws -> RGBImage {
        try bytes.withUnsafeBytes(examine).image
    }

    /// Decodes the file at `path` and says what was noticed.
    ///
    /// - Parameter range: where in the file the image lies; nil for all of it.
    /// - Throws: `ImagesError` that names the file, for one that cannot be read or decoded.
    public func examine(contentsOf path: String, range: Range<Int>? = nil) throws -> Decoded {
        do {
            let before = file.bytesRead
            defer { options.work?.add(bytesRead: file.bytesRead - before) }
            return try examine(file.read(path, range))
        } catch let error as ImagesError {
            throw ImagesError(error.reason, path: path)
        }
    }

    /// Decodes the bytes of a file and says what was noticed.
    public func examine(_ bytes: UnsafeRawBufferPointer) throws -> Decoded {
        guard !bytes.isEmpty else { throw ImagesError("the file is empty") }
        guard let codec = ImageCodec.of(bytes) else { throw Self.unknown(bytes) }
        let (stored, damage) = try decode(bytes, codec)
        var image = stored.image
        if options.reading.orientation == .upright, let orientation = codec.orientation(bytes) {
            image = image.turned(from: orientation)
        }
        return Decoded(image: image, damage: damage, deepMaximum: stored.deepMaximum)
    }

    /// The pixels, and why they are not all there where that is accepted.
    private func decode(_ bytes: UnsafeRawBufferPointer, _ codec: ImageCodec) throws -> (StoredPixels, damage: String?) {
        do {
            return (try codec.decode(bytes, ImageRequest(options: options, keepsDamage: false)), nil)
        } catch let error as ImagesError where codec.properties.keepsDamaged && options.reading.damaged == .keep {
            return (try codec.decode(bytes, ImageRequest(options: options, keepsDamage: true)), error.reason)
        }
    }

    private static func unknown(_ bytes: UnsafeRawBufferPointer) -> ImagesError {
        let format = UnreadFormat.all.first { $0.signatures.contains { bytes.begin(with: $0) } }
        return ImagesError(
            format.map { "a \($0.name), which is not read" }
                ?? "no image: the file does not begin as \(ImageCodec.names) files do")
    }
}

extension ImageCodec {
    /// The formats, as a sentence lists them: "JPEG, PNG … and AVIF".
    public static let names = all.dropLast().map(\.name).joined(separator: ", ") + " and " + all[all.count - 1].name
}
