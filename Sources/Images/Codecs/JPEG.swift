import CJPEG

extension ImageCodec {
    /// Baseline and progressive, gray, YCbCr, RGB, CMYK and YCCK. Of a phone's or a stereo camera's pictures in one file (MPO)
    /// the first.
    static let jpeg = ImageCodec(
        name: "JPEG", extensions: ["jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp", "mpo"],
        signatures: [[0xFF, 0xD8, 0xFF]], library: String(cString: cjpeg_library()),
        properties: Properties(
            hasFrames: true, hasAlpha: false, orientations: ["EXIF", "XMP"], keepsDamaged: true),
        decode: { bytes, request in
            guard let decoder = cjpeg_decoder_create(request.keepsDamage) else {
                throw ImagesError("not enough memory to start decoding")
            }
            defer { cjpeg_decoder_destroy(decoder) }
            func failure() -> ImagesError {
                ImagesError(noSound: "JPEG", cjpeg_decoder_message(decoder))
            }
            var (width, height) = (0, 0)
            guard
                cjpeg_decoder_read_header(
                    decoder, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, &width, &height)
            else { throw failure() }
            try request.check(height: height, width: width)
            return try StoredPixels(
                RGBImage(height: height, width: width) { pixels in
                    guard cjpeg_decoder_read_rgb(decoder, pixels.baseAddress, pixels.count) else { throw failure() }
                })
        },
        orientation: { ExifOrientation(exif: $0.exifOfJPEG, xmp: $0.xmpOfJPEG) })
}

// MARK: - Segments

extension UnsafeRawBufferPointer {
    fileprivate var exifOfJPEG: UnsafeRawBufferPointer? { applicationSegment(beginning: "Exif\0\0") }

    fileprivate var xmpOfJPEG: UnsafeRawBufferPointer? { applicationSegment(beginning: "http://ns.adobe.com/xap/1.0/\0") }

    /// What follows `introduction` in the first APP1 segment that begins with it.
    private func applicationSegment(beginning introduction: String) -> UnsafeRawBufferPointer? {
        var offset = 2
        while let prefix = byte(at: offset), prefix == 0xFF, let marker = byte(at: offset + 1) {
            switch marker {
            case 0xFF:  // fill byte
                offset += 1
            case 0x01, 0xD0...0xD8:  // no segment follows
                offset += 2
            case 0xD9, 0xDA:  // end of image, start of scan
                return nil
            default:
                guard let length = uint16(at: offset + 2, .big), length >= 2,
                    let segment = window(at: offset + 4, count: Int(length) - 2)
                else { return nil }
                if marker == 0xE1, segment.starts(with: introduction.utf8) {
                    return UnsafeRawBufferPointer(rebasing: segment.dropFirst(introduction.utf8.count))
                }
                offset += 2 + Int(length)
            }
        }
        return nil
    }
}
