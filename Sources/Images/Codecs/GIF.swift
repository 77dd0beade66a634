import CGIF

extension ImageCodec {
    /// The first frame on its screen.
    static let gif = ImageCodec(
        name: "GIF", extensions: ["gif"], signatures: [signature("GIF87a"), signature("GIF89a")],
        library: String(cString: cgif_library()), properties: Properties(hasFrames: true, keepsDamaged: true),
        decode: { bytes, request in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            return try ImageRequest.withMessage("GIF", capacity: Int(cgif_message_capacity)) { message, failure in
                var (width, height) = (0, 0)
                guard cgif_read_header(data.baseAddress, data.count, &width, &height, message) else { throw failure() }
                try request.check(height: height, width: width)
                return try StoredPixels(
                    RGBImage(height: height, width: width) { pixels in
                        guard
                            cgif_read_rgb(
                                data.baseAddress, data.count, pixels.baseAddress, pixels.count, request.keepsDamage, message)
                        else { throw failure() }
                    })
            }
        },
        orientation: { _ in nil })
}
