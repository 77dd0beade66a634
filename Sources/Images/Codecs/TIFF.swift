import CTIFF

extension ImageCodec {
    /// The first picture of a file: gray, palette, RGB, CMYK and YCbCr, in strips or tiles, however they are compressed.
    ///
    /// Numbers of no fixed scale (floating-point numbers, integers of 32 bits or with a sign) are read by their range: within
    /// 0...1 as that part of white; within 0...255 as they are, without their fractions; any other from the smallest, black, to the
    /// largest, white.
    static let tiff = ImageCodec(
        name: "TIFF", extensions: ["tif", "tiff"],
        signatures: [signature("II*\0"), signature("MM\0*"), signature("II+\0"), signature("MM\0+")],
        library: String(cString: ctiff_library()),
        properties: Properties(
            isDeep: true, hasOpenScale: true, hasFrames: true, orientations: ["tag 274"], isAlwaysUpright: true,
            keepsDamaged: true),
        decode: { bytes, request in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            return try ImageRequest.withMessage("TIFF", capacity: Int(ctiff_message_capacity)) { message, failure in
                var header = CTIFFHeader()
                guard ctiff_read_header(data.baseAddress, data.count, &header, message) else { throw failure() }
                guard !header.is_raw, !bytes.begin(with: signature("CR", at: 8)) else {
                    throw ImagesError("a camera's raw image, which is not read")
                }
                try request.check(height: header.height, width: header.width)
                let isDeep = header.bits_per_sample == 16 && !header.has_open_scale
                var (low, high, largest) = (0.0, 0.0, 0.0)
                if header.has_open_scale || isDeep && request.options.reading.gray16 == .stretch {
                    guard ctiff_read_range(data.baseAddress, data.count, &low, &high, message) else { throw failure() }
                }
                if header.has_open_scale {
                    (low, high) = Self.scale(low, high)
                }
                let image = try RGBImage(height: header.height, width: header.width) { pixels in
                    guard
                        ctiff_read_rgb(
                            data.baseAddress, data.count, low, high, pixels.baseAddress, pixels.count, &largest,
                            request.keepsDamage, message)
                    else { throw failure() }
                }
                // Pillow's TIFF reader turns what it reads, so "as it lies" is upright here.
                let orientation = ExifOrientation(rawValue: UInt16(clamping: header.orientation)) ?? .upright
                return StoredPixels(
                    image.turned(from: orientation), deepMaximum: isDeep && largest.isFinite ? Int(largest) : nil)
            }
        },
        orientation: { _ in nil })

    /// What becomes black and what white where numbers lie between `smallest` and `largest`.
    private static func scale(_ smallest: Double, _ largest: Double) -> (Double, Double) {
        guard smallest >= 0, largest <= 255 else {
            return smallest < largest ? (smallest, largest) : (0, .greatestFiniteMagnitude)
        }
        // Half a level lower, so that what is rounded afterwards is cut off.
        return largest <= 1 ? (0, 1) : (0.5, 255.5)
    }
}
