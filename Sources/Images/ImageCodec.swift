/// A kind of image file: how it is told, decoded and turned. One value a format, all of them in ``all``.
///
///     let codec = ImageCodec.of(bytes)   // ImageCodec.webp
///     print(codec?.name, codec?.extensions)
///
/// A format is added by writing its value, with fixtures of its own, and putting it into ``all``.
public struct ImageCodec: Sendable {
    /// "JPEG".
    public let name: String

    /// What the names of such files usually end with, in lower case and without the dot.
    public let extensions: [String]

    /// Beginnings of such files; nil stands for any byte.
    public let signatures: [[UInt8?]]

    /// The library that decodes it, with its version: "libwebp 1.2.4". Nil where it is decoded here.
    public let library: String?

    /// What it can do, for the documentation and its test.
    public let properties: Properties

    /// The pixels as they are stored, or why there are none.
    let decode: @Sendable (UnsafeRawBufferPointer, ImageRequest) throws -> StoredPixels

    /// How the stored rows and columns lie in the picture; nil where the file says nothing, or nothing that is well formed.
    let orientation: @Sendable (UnsafeRawBufferPointer) -> ExifOrientation?

    /// What a format's decoder can do.
    public struct Properties: Sendable {
        /// How far its pixels are from those of Pillow's `convert("RGB")`, in levels, where samples have 8 bits.
        public var distance = 0
        /// Samples of 16 bits, which `Gray16` maps to 8.
        public var isDeep = false
        /// Floating-point numbers and integers of 32 bits.
        public var hasOpenScale = false
        /// Of several pictures in a file the first is read.
        public var hasFrames = false
        /// Whether pixels may be transparent; they keep their color.
        public var hasAlpha = true
        /// Where an orientation is looked for, in this order.
        public var orientations: [String] = []
        /// Whether turning is part of reading the format, also where a picture is taken as it lies.
        public var isAlwaysUpright = false
        /// Whether `Damaged.keep` can give an image of what is there of a damaged file.
        public var keepsDamaged = false
    }

    /// Every format that is read, in the order in which they are tried.
    public static let all: [ImageCodec] = [jpeg, png, webp, tiff, gif, bmp, heif, avif]

    /// The format of a file that begins with `bytes`. Its name plays no part: a PNG called `.jpg` is a PNG.
    static func of(_ bytes: UnsafeRawBufferPointer) -> ImageCodec? {
        all.first { $0.signatures.contains { bytes.begin(with: $0) } }
    }

    /// How many bytes of a file tell its format.
    public static let signatureLength =
        (all.flatMap(\.signatures) + UnreadFormat.all.flatMap(\.signatures))
        .map(\.count).max() ?? 0
}

/// What is asked of a decoder.
struct ImageRequest {
    let options: ImageDecoder.Options
    /// Whether damaged data are to be decoded as far as they go.
    let keepsDamage: Bool

    /// Refuses sizes beyond the limits, before anything is allocated for them.
    func check(height: Int, width: Int) throws {
        guard height > 0, width > 0 else { throw ImagesError("an image of \(height) x \(width) pixels") }
        let (area, overflow) = height.multipliedReportingOverflow(by: width)
        guard !overflow, area <= options.maximumPixels else {
            throw ImagesError("\(height) x \(width) pixels are more than the limit of \(options.maximumPixels)")
        }
        guard max(height, width) / min(height, width) <= RGBImage.maximumElongation else {
            throw ImagesError.tooElongated(height: height, width: width)
        }
        options.work?.addImage(height: height, width: width)
    }

    /// Calls a library that says in `message` why it failed.
    ///
    /// - Parameter format: what the file is no sound example of.
    static func withMessage<Result>(
        _ format: String, capacity: Int, _ body: (UnsafeMutablePointer<CChar>, _ failure: () -> ImagesError) throws -> Result
    ) throws -> Result {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { message in
            guard let start = message.baseAddress else { throw ImagesError("not enough memory to start decoding") }
            start.pointee = 0
            return try body(start) { ImagesError(noSound: format, start) }
        }
    }
}

/// What a decoder made of a file.
struct StoredPixels {
    let image: RGBImage
    /// The largest sample where they have 16 bits.
    var deepMaximum: Int?

    init(_ image: RGBImage, deepMaximum: Int? = nil) {
        self.image = image
        self.deepMaximum = deepMaximum
    }
}

/// A kind of picture or film that is known and not read: what people are told of it.
public struct UnreadFormat: Sendable {
    /// "JPEG XL image".
    public let name: String
    public let extensions: [String]
    public let signatures: [[UInt8?]]

    /// Those that are met in folders of images.
    public static let all: [UnreadFormat] = [
        UnreadFormat(
            name: "JPEG 2000 image", extensions: ["jp2", "j2k", "jpf", "jpx", "j2c"],
            signatures: [[0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20], [0xFF, 0x4F, 0xFF, 0x51]]),
        UnreadFormat(
            name: "JPEG XL image", extensions: ["jxl"],
            signatures: [[0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20], [0xFF, 0x0A]]),
        // Sensors' data in TIFF's clothes: what a TIFF reader sees is a thumbnail.
        UnreadFormat(
            name: "camera's raw image",
            extensions: [
                "3fr", "arw", "cr2", "cr3", "dng", "erf", "iiq", "kdc", "mos", "mrw", "nef", "nrw", "orf", "pef", "raf", "rw2",
                "rwl", "sr2", "srw", "x3f",
            ],
            signatures: signatures("II*\0", "MM\0*") + [signature("IIRO"), signature("IIU\0"), signature("FUJIFILMCCD-RAW")]
                + [signature("ftypcrx ", at: 4)]),
        UnreadFormat(name: "Photoshop document", extensions: ["psd", "psb"], signatures: [signature("8BPS")]),
        UnreadFormat(name: "OpenEXR image", extensions: ["exr"], signatures: [[0x76, 0x2F, 0x31, 0x01]]),
        UnreadFormat(name: "DirectDraw surface", extensions: ["dds"], signatures: [signature("DDS ")]),
        UnreadFormat(name: "QOI image", extensions: ["qoi"], signatures: [signature("qoif")]),
        UnreadFormat(name: "GIMP document", extensions: ["xcf"], signatures: [signature("gimp xcf")]),
        UnreadFormat(name: "TGA image", extensions: ["tga"], signatures: []),
        UnreadFormat(name: "icon", extensions: ["ico", "cur", "icns"], signatures: []),
        UnreadFormat(name: "portable anymap", extensions: ["pbm", "pgm", "pnm", "ppm", "pfm", "pam"], signatures: []),
        UnreadFormat(name: "vector drawing", extensions: ["svg", "svgz", "eps", "ai", "wmf", "emf"], signatures: []),
        UnreadFormat(
            name: "video",
            extensions: ["mp4", "m4v", "mov", "avi", "mkv", "webm", "wmv", "3gp", "mpg", "mpeg", "mts"],
            signatures: ["qt  ", "isom", "iso2", "mp41", "mp42", "M4V ", "3gp4", "3gp5"].map { signature("ftyp" + $0, at: 4) }),
    ]

    private static func signatures(_ texts: String...) -> [[UInt8?]] { texts.map { signature($0) } }
}

/// The signature of files that have `text` at `offset`.
func signature(_ text: String, at offset: Int = 0) -> [UInt8?] {
    [UInt8?](repeating: nil, count: offset) + text.utf8.map { $0 }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes begin as `signature` says.
    func begin(with signature: [UInt8?]) -> Bool {
        count >= signature.count && zip(self, signature).allSatisfy { $1 == nil || $0 == $1 }
    }
}
