import CJPEG
import CPNG

extension RGBImage {
    /// The image as a JPEG file, color at half resolution (4:2:0) as most cameras and libraries write it.
    ///
    /// - Parameters:
    ///   - quality: 1...100 on libjpeg's scale.
    ///   - progressive: several scans from coarse to fine instead of one from top to bottom.
    public func jpeg(quality: Int, progressive: Bool = false) throws -> [UInt8] {
        guard (1...100).contains(quality) else {
            throw ImagesError("a JPEG quality of \(quality) is not within 1...100")
        }
        guard let encoder = cjpeg_encoder_create() else {
            throw ImagesError("not enough memory to start encoding")
        }
        defer { cjpeg_encoder_destroy(encoder) }
        var data: UnsafePointer<UInt8>?
        var size = 0
        guard cjpeg_encoder_write_rgb(encoder, pixels, width, height, Int32(quality), progressive, &data, &size)
        else {
            throw ImagesError("cannot be written as JPEG: \(String(cString: cjpeg_encoder_message(encoder)))")
        }
        return Array(UnsafeBufferPointer(start: data, count: size))
    }

    /// The image as a PNG file of 8 bits a channel.
    public func png() throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: cpng_message_capacity) { message in
            var data: UnsafeMutablePointer<UInt8>?
            var size = 0
            guard cpng_write_rgb(pixels, width, height, &data, &size, message.baseAddress) else {
                throw ImagesError(
                    "cannot be written as PNG: \(message.baseAddress.map { String(cString: $0) } ?? "")")
            }
            defer { cpng_free(data) }
            return Array(UnsafeBufferPointer(start: data, count: size))
        }
    }
}
