extension ImageCodec {
    /// Windows' and OS/2's bitmaps of 1 to 32 bits a pixel, plain, run-length encoded or with bit fields.
    ///
    /// Decoded here: no library of the usual distributions reads all of them as Pillow does, and the format is a table of pixels.
    static let bmp = ImageCodec(
        name: "BMP", extensions: ["bmp", "dib"],
        // "BM", twelve bytes of sizes, and the length of the header that follows.
        signatures: [12, 40, 52, 56, 64, 108, 124].map {
            signature("BM") + [UInt8?](repeating: nil, count: 12) + [$0, 0, 0, 0]
        },
        library: nil, properties: Properties(keepsDamaged: true),
        decode: { bytes, request in
            let header = try BMPHeader(bytes)
            try request.check(height: header.height, width: header.width)
            let decoder = BMPDecoder(file: bytes, header: header, keepsDamage: request.keepsDamage)
            return try StoredPixels(
                RGBImage(height: header.height, width: header.width) { try decoder.decode(into: $0) })
        },
        orientation: { _ in nil })
}

/// What a bitmap file says of its pixels.
private struct BMPHeader {
    enum Compression { case none, runs4, runs8 }

    let width: Int
    let height: Int
    let isTopDown: Bool
    let bits: Int
    let compression: Compression
    /// Which byte of a pixel of 24 or 32 bits is red, green and blue; or of one of 16 bits how many bits green has.
    let channels: (red: Int, green: Int, blue: Int)
    let greenBits: Int
    /// `[color, 3]`; black beyond the colors of the file.
    let palette: [UInt8]
    /// Where the pixels begin.
    let offset: Int

    init(_ file: UnsafeRawBufferPointer) throws {
        func damaged(_ reason: String) -> ImagesError { ImagesError("not a sound BMP: \(reason)") }
        func number(_ offset: Int) throws -> Int {
            guard let value = file.uint32(at: offset, .little) else { throw damaged("the header ends early (truncated file)") }
            return Int(value)
        }
        func short(_ offset: Int) throws -> Int {
            guard let value = file.uint16(at: offset, .little) else { throw damaged("the header ends early (truncated file)") }
            return Int(value)
        }
        let size = try number(14)
        let isCore = size == 12
        width = isCore ? try short(18) : try number(18)
        let lines = isCore ? try short(20) : try number(22)
        isTopDown = !isCore && lines >> 24 == 0xFF
        height = isTopDown ? 1 << 32 - lines : lines
        bits = try short(isCore ? 24 : 28)
        guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw damaged("\(bits) bits a pixel") }

        let kind = isCore ? 0 : try number(30)
        // After a header of 40 bytes the masks follow it.
        let masks = try kind == 3 ? (0..<4).map { $0 < 3 || size >= 56 ? try number(54 + 4 * $0) : 0 } : []
        var afterHeader = 14 + size + (kind == 3 && size < 52 ? 12 : 0)
        switch kind {
        case 0, 3: compression = .none
        case 1: compression = .runs8
        case 2: compression = .runs4
        default: throw damaged("compression \(kind), which is not known")
        }
        (channels, greenBits) = try Self.channels(bits: bits, masks: kind == 3 ? masks : nil)
        if compression != .none, bits > 8 { throw damaged("runs of \(bits) bits a pixel") }

        var colors = [UInt8](repeating: 0, count: 256 * 3)
        var start = try number(10)
        if bits <= 8 {
            let stated = isCore ? 0 : try number(46)
            let count = stated > 0 ? stated : 1 << bits
            guard count <= 65_536 else { throw damaged("a palette of \(count) colors") }
            let entry = isCore ? 3 : 4
            for color in 0..<min(count, 256) {
                guard let bytes = file.window(at: afterHeader + color * entry, count: 3) else { break }
                for channel in 0..<3 { colors[color * 3 + channel] = bytes[2 - channel] }
            }
            // Files that forget the palette when they say where the pixels begin.
            if start == 14 + size { start += 4 * count }
            afterHeader += entry * count
        }
        palette = colors
        offset = start > 0 ? start : afterHeader
    }

    /// The bit fields that are known: those of Pillow, which are those of the programs that write them.
    private static func channels(bits: Int, masks: [Int]?) throws -> (
        channels: (red: Int, green: Int, blue: Int), greenBits: Int
    ) {
        guard let masks else { return ((2, 1, 0), 5) }
        switch (bits, masks[0], masks[1], masks[2]) {
        case (16, 0xF800, 0x7E0, 0x1F): return ((2, 1, 0), 6)
        case (16, 0x7C00, 0x3E0, 0x1F): return ((2, 1, 0), 5)
        case (24, 0xFF0000, 0xFF00, 0xFF), (32, 0xFF0000, 0xFF00, 0xFF), (32, 0, 0, 0): return ((2, 1, 0), 5)
        case (32, 0xFF00_0000, 0xFF0000, 0xFF00): return ((3, 2, 1), 5)
        case (32, 0xFF00_0000, 0xFF00, 0xFF): return ((3, 1, 0), 5)
        case (32, 0xFF, 0xFF00, 0xFF0000): return ((0, 1, 2), 5)
        default: throw ImagesError("not a sound BMP: bit fields that are not known")
        }
    }
}

private struct BMPDecoder {
    let file: UnsafeRawBufferPointer
    let header: BMPHeader
    let keepsDamage: Bool

    private static let truncated = ImagesError("not a sound BMP: the data end early (truncated file)")

    func decode(into pixels: UnsafeMutableBufferPointer<UInt8>) throws {
        if header.compression != .none {
            let indices = try self.indices()
            for y in 0..<header.height {
                let start = y * header.width
                indices.withUnsafeBytes { put(UnsafeRawBufferPointer(rebasing: $0[start..<start + header.width]), 8, y, pixels) }
            }
            return
        }
        let stride = (header.width * header.bits + 31) / 32 * 4
        let needed = (header.width * header.bits + 7) / 8
        for y in 0..<header.height {
            guard let row = file.window(at: header.offset + y * stride, count: needed) else {
                guard keepsDamage else { throw Self.truncated }
                // What is not there is index 0, or black.
                let blank = [UInt8](repeating: 0, count: needed)
                blank.withUnsafeBytes { put($0, header.bits, y, pixels) }
                continue
            }
            put(row, header.bits, y, pixels)
        }
    }

    /// Writes the row that lies `y` rows from where the file begins.
    private func put(_ row: UnsafeRawBufferPointer, _ bits: Int, _ y: Int, _ pixels: UnsafeMutableBufferPointer<UInt8>) {
        var out = (header.isTopDown ? y : header.height - 1 - y) * header.width * 3
        let (red, green, blue) = header.channels
        for x in 0..<header.width {
            switch bits {
            case 16:
                let value = Int(row[x * 2]) | Int(row[x * 2 + 1]) << 8
                let greenMask = 1 << header.greenBits - 1
                pixels[out] = UInt8((value >> (5 + header.greenBits) & 31) * 255 / 31)
                pixels[out + 1] = UInt8((value >> 5 & greenMask) * 255 / greenMask)
                pixels[out + 2] = UInt8((value & 31) * 255 / 31)
            case 24, 32:
                let start = x * bits / 8
                pixels[out] = row[start + red]
                pixels[out + 1] = row[start + green]
                pixels[out + 2] = row[start + blue]
            default:
                let byte = Int(row[x * bits / 8])
                let index = byte >> (8 - bits - x * bits % 8) & (1 << bits - 1)
                for channel in 0..<3 { pixels[out + channel] = header.palette[index * 3 + channel] }
            }
            out += 3
        }
    }

    /// The palette indices of runs, `[height, width]`, from where the file begins.
    private func indices() throws -> [UInt8] {
        let count = header.width * header.height
        var indices = [UInt8]()
        indices.reserveCapacity(count)
        var place = header.offset
        var x = 0
        func append(_ index: UInt8, _ times: Int) {
            indices.append(contentsOf: repeatElement(index, count: min(times, count - indices.count)))
        }
        reading: while indices.count < count {
            guard let length = file.byte(at: place), let value = file.byte(at: place + 1) else { break }
            place += 2
            switch (length, value) {
            case (0, 0):
                append(0, (header.width - indices.count % header.width) % header.width)
                x = 0
            case (0, 1):
                // The rest of the picture is index 0.
                append(0, count)
            case (0, 2):
                guard let right = file.byte(at: place), let up = file.byte(at: place + 1) else { break reading }
                place += 2
                append(0, Int(right) + Int(up) * header.width)
                x = indices.count % header.width
            case (0, _):
                let bytes = header.compression == .runs4 ? Int(value) / 2 : Int(value)
                guard let run = file.window(at: place, count: bytes) else { break reading }
                for byte in run {
                    if header.compression == .runs4 {
                        append(byte >> 4, 1)
                        append(byte & 15, 1)
                    } else {
                        append(byte, 1)
                    }
                }
                x += Int(value)
                place += bytes
                place += place % 2
            default:
                let run = max(0, min(Int(length), header.width - x))
                if header.compression == .runs4 {
                    for index in 0..<run { append(index % 2 == 0 ? value >> 4 : value & 15, 1) }
                } else {
                    append(value, run)
                }
                x += run
            }
        }
        guard indices.count == count || keepsDamage else { throw Self.truncated }
        append(0, count)
        return indices
    }
}
