import CHEIF

extension ImageCodec {
    /// What phones write: HEIC, and other pictures in HEIF. The container says how it lies, and every reader turns it so; EXIF
    /// does not count.
    static let heif = ImageCodec(
        name: "HEIC", extensions: ["heic", "heif", "hif", "heics", "heifs"],
        signatures: ["heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "msf1"].map {
            signature("ftyp" + $0, at: 4)
        },
        library: String(cString: cheif_library()),
        properties: Properties(
            distance: 1, hasFrames: true, orientations: ["irot", "imir"], isAlwaysUpright: true),
        decode: { bytes, request in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            return try ImageRequest.withMessage("HEIC", capacity: Int(cheif_message_capacity)) { message, failure in
                var (width, height) = (0, 0)
                guard cheif_read_header(data.baseAddress, data.count, &width, &height, message) else { throw failure() }
                try request.check(height: height, width: width)
                return try StoredPixels(
                    RGBImage(height: height, width: width) { pixels in
                        guard cheif_read_rgb(data.baseAddress, data.count, pixels.baseAddress, width, height, message)
                        else { throw failure() }
                    })
            }
        },
        orientation: { _ in nil })
}
