import CPNG
import CZlib

extension ImageCodec {
    /// Any bit depth, with palette, alpha and interlacing. Of an animation (APNG) the picture that every reader of PNG sees.
    static let png = ImageCodec(
        name: "PNG", extensions: ["png", "apng"], signatures: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]],
        library: String(cString: cpng_library()),
        properties: Properties(
            isDeep: true, hasFrames: true, orientations: ["eXIf", "Raw profile type exif", "Raw profile type APP1", "XMP"],
            keepsDamaged: true),
        decode: { bytes, request in
            let data = bytes.assumingMemoryBound(to: UInt8.self)
            return try ImageRequest.withMessage("PNG", capacity: Int(cpng_message_capacity)) { message, failure in
                var header = CPNGHeader()
                guard cpng_read_header(data.baseAddress, data.count, &header, message) else { throw failure() }
                try request.check(height: header.height, width: header.width)
                var (low, high, largest) = (UInt32(0), UInt32(0), UInt32(0))
                let isDeep = header.bit_depth == 16
                if isDeep, request.options.reading.gray16 == .stretch {
                    guard cpng_read_range(data.baseAddress, data.count, request.keepsDamage, &low, &high, message)
                    else { throw failure() }
                }
                let image = try RGBImage(height: header.height, width: header.width) { pixels in
                    guard
                        cpng_read_rgb(
                            data.baseAddress, data.count, low, high, pixels.baseAddress, pixels.count, &largest,
                            request.keepsDamage, message)
                    else { throw failure() }
                }
                return StoredPixels(image, deepMaximum: isDeep ? Int(largest) : nil)
            }
        },
        orientation: { file in
            var profile: [UInt8]?
            var xmp: [UInt8]?
            for (type, chunk) in file.chunksOfPNG {
                if type == "eXIf" { return ExifOrientation(exif: chunk, xmp: nil) }
                guard let (keyword, text) = chunk.textOfPNG(type) else { continue }
                switch keyword {
                case "Raw profile type exif", "Raw profile type APP1": profile = profile ?? Self.unwrapped(text)
                case "XML:com.adobe.xmp": xmp = xmp ?? text
                default: break
                }
            }
            return (profile ?? []).withUnsafeBytes { profile in
                (xmp ?? []).withUnsafeBytes { ExifOrientation(exif: profile, xmp: $0) }
            }
        })

    /// The bytes of a "raw profile", as ImageMagick writes it: a line break, its name, its length, then hexadecimal digits in
    /// lines.
    private static func unwrapped(_ text: [UInt8]) -> [UInt8]? {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        guard lines.count > 2 else { return nil }
        let digits = lines.dropFirst(2).joined().compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        let bytes = stride(from: 0, to: digits.count - digits.count % 2, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        let introduction = Array("Exif\0\0".utf8)
        return bytes.starts(with: introduction) ? Array(bytes.dropFirst(introduction.count)) : bytes
    }
}

// MARK: - Chunks

extension UnsafeRawBufferPointer {
    /// Type and content of each chunk, as far as they are whole.
    fileprivate var chunksOfPNG: some Sequence<(type: String, content: UnsafeRawBufferPointer)> {
        sequence(state: 8) { offset in
            guard let length = uint32(at: offset, .big), let type = window(at: offset + 4, count: 4),
                let content = window(at: offset + 8, count: Int(length))
            else { return nil }
            offset += 12 + Int(length)
            return (String(decoding: type, as: UTF8.self), content)
        }
    }

    /// Keyword and text of a text chunk (PNG specification, 11.3.3); nil for other chunks.
    fileprivate func textOfPNG(_ type: String) -> (keyword: String, text: [UInt8])? {
        guard ["tEXt", "zTXt", "iTXt"].contains(type), let end = firstIndex(of: 0), end < 80 else { return nil }
        let keyword = String(decoding: self[..<end], as: UTF8.self)
        let rest = UnsafeRawBufferPointer(rebasing: self[(end + 1)...])
        switch type {
        case "tEXt":
            return (keyword, Array(rest))
        case "zTXt":
            return rest.first == 0 ? (keyword, rest.dropFirst().inflated()) : nil
        default:
            // Whether it is compressed, how, then a language and a translated keyword, each with a 0 at its end.
            guard rest.count > 2 else { return nil }
            let parts = rest.dropFirst(2).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            return (keyword, rest[0] == 0 ? Array(parts[2]) : parts[2].inflated())
        }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// The bytes decompressed, the first 256 KB of them at most: enough for what says how a picture lies.
    fileprivate func inflated() -> [UInt8] {
        let compressed = UnsafeRawBufferPointer(rebasing: self)
        guard !compressed.isEmpty else { return [] }
        return [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
            var stream = z_stream()
            guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return }
            defer { inflateEnd(&stream) }
            stream.next_in = UnsafeMutablePointer(mutating: compressed.assumingMemoryBound(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(clamping: compressed.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(buffer.count)
            _ = inflate(&stream, Z_SYNC_FLUSH)
            count = buffer.count - Int(stream.avail_out)
        }
    }
}
