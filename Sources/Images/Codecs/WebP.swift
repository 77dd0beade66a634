import CWEBP

extension ImageCodec {
    /// Lossy and lossless; of an animation the first frame on its canvas.
    static let webp = ImageCodec(
        name: "WebP", extensions: ["webp"], signatures: [signature("RIFF") + signature("WEBPVP8", at: 4)],
        library: String(cString: cwebp_library()),
        properties: Properties(hasFrames: true, orientations: ["EXIF", "XMP"]),
        decode: { bytes, request in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            return try ImageRequest.withMessage("WebP", capacity: Int(cwebp_message_capacity)) { message, failure in
                var (width, height) = (0, 0)
                guard cwebp_read_header(data.baseAddress, data.count, &width, &height, message) else { throw failure() }
                try request.check(height: height, width: width)
                return try StoredPixels(
                    RGBImage(height: height, width: width) { pixels in
                        guard cwebp_read_rgb(data.baseAddress, data.count, pixels.baseAddress, pixels.count, message)
                        else { throw failure() }
                    })
            }
        },
        orientation: { ExifOrientation(exif: $0.chunkOfWebP("EXIF"), xmp: $0.chunkOfWebP("XMP ")) })
}

extension UnsafeRawBufferPointer {
    /// The content of the first chunk of a type.
    fileprivate func chunkOfWebP(_ type: String) -> UnsafeRawBufferPointer? {
        var offset = 12
        while let name = window(at: offset, count: 4), let length = uint32(at: offset + 4, .little),
            let content = window(at: offset + 8, count: Int(length))
        {
            if name.elementsEqual(type.utf8) { return content }
            offset += 8 + Int(length) + Int(length % 2)
        }
        return nil
    }
}
