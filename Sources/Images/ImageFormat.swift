/// The kind of an image file, told by its first bytes. Its name plays no part: a PNG called `.jpg` is a PNG.
enum ImageFormat: String {
    case jpeg = "JPEG"
    case png = "PNG"
    case gif = "GIF"
    case webp = "WebP"
    case bmp = "BMP"
    case tiff = "TIFF"
    case heif = "HEIF or AVIF"
    case jpeg2000 = "JPEG 2000"
    case jpegXL = "JPEG XL"

    /// How many bytes of a file tell its format.
    static let signatureLength = 12

    /// - Parameter bytes: the file, or at least its first `signatureLength` bytes.
    init?(signature bytes: UnsafeRawBufferPointer) {
        func starts(_ expected: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + expected.count
                && bytes[offset..<offset + expected.count].elementsEqual(expected)
        }
        func starts(_ expected: StaticString, at offset: Int = 0) -> Bool {
            starts(
                Array(UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)),
                at: offset)
        }
        if starts([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if starts("GIF87a") || starts("GIF89a") {
            self = .gif
        } else if starts("RIFF") && starts("WEBP", at: 8) {
            self = .webp
        } else if starts("BM") && starts([0, 0, 0, 0], at: 6) {
            self = .bmp
        } else if starts([0x49, 0x49, 0x2A, 0]) || starts([0x4D, 0x4D, 0, 0x2A]) {
            self = .tiff
        } else if starts("ftypheic", at: 4) || starts("ftypmif1", at: 4) || starts("ftypavif", at: 4) {
            self = .heif
        } else if starts([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]) || starts([0xFF, 0x4F, 0xFF, 0x51]) {
            self = .jpeg2000
        } else if starts([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) || starts([0xFF, 0x0A]) {
            self = .jpegXL
        } else {
            return nil
        }
    }
}
