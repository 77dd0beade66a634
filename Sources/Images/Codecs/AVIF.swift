import CAVIF

extension ImageCodec {
    static let avif = ImageCodec(
        name: "AVIF", extensions: ["avif", "avifs"],
        signatures: [signature("ftypavif", at: 4), signature("ftypavis", at: 4)],
        library: String(cString: cavif_library()),
        properties: Properties(hasFrames: true, orientations: ["irot", "imir"]),
        decode: { bytes, request in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            let limit = request.options.maximumPixels
            return try ImageRequest.withMessage("AVIF", capacity: Int(cavif_message_capacity)) { message, failure in
                var header = CAVIFHeader()
                guard cavif_read_header(data.baseAddress, data.count, limit, &header, message) else { throw failure() }
                try request.check(height: header.height, width: header.width)
                return try StoredPixels(
                    RGBImage(height: header.height, width: header.width) { pixels in
                        guard
                            cavif_read_rgb(
                                data.baseAddress, data.count, limit, pixels.baseAddress, pixels.count, header.width,
                                header.height, message)
                        else { throw failure() }
                    })
            }
        },
        orientation: { bytes in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            var header = CAVIFHeader()
            let isRead = try? ImageRequest.withMessage("AVIF", capacity: Int(cavif_message_capacity)) { message, _ in
                cavif_read_header(data.baseAddress, data.count, Int(UInt32.max), &header, message)
            }
            return isRead == true ? ExifOrientation(turns: Int(header.turns), mirror: Int(header.mirror)) : nil
        })
}

extension ExifOrientation {
    /// - Parameters:
    ///   - turns: quarter turns against the clock that make a picture upright.
    ///   - mirror: what is exchanged after that: 0 top and bottom, 1 left and right, −1 nothing.
    fileprivate init(turns: Int, mirror: Int) {
        switch (turns & 3, mirror) {
        case (0, 0): self = .flipped
        case (0, 1): self = .mirrored
        case (1, 0): self = .transposed
        case (1, 1): self = .transversed
        case (1, _): self = .turnedRight
        case (2, 0): self = .mirrored
        case (2, 1): self = .flipped
        case (2, _): self = .upsideDown
        case (3, 0): self = .transversed
        case (3, 1): self = .transposed
        case (3, _): self = .turnedLeft
        default: self = .upright
        }
    }
}
