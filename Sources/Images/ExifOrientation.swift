/// How the stored rows and columns lie in the picture: EXIF tag 0x0112 (CIPA DC-008, 4.6.4 A).
enum ExifOrientation: UInt16 {
    case upright = 1
    case mirrored
    case upsideDown
    case flipped
    case transposed
    case turnedLeft
    case transversed
    case turnedRight
}

// MARK: - Finding the tag

extension ExifOrientation {
    /// The orientation that EXIF states, or else XMP; nil where neither does, or not in a form that is known.
    ///
    /// - Parameters:
    ///   - exif: a TIFF structure, after "Exif" and two zeros or without.
    ///   - xmp: a packet of XMP, as UTF-8.
    init?(exif: UnsafeRawBufferPointer?, xmp: UnsafeRawBufferPointer?) {
        let introduction = "Exif\0\0".utf8
        let tiff = exif.map { $0.starts(with: introduction) ? UnsafeRawBufferPointer(rebasing: $0.dropFirst(6)) : $0 }
        guard let value = tiff.flatMap(Self.tag(inTIFF:)) ?? xmp.flatMap(Self.property(inXMP:)) else { return nil }
        self.init(rawValue: value)
    }

    private static func tag(inTIFF tiff: UnsafeRawBufferPointer) -> UInt16? {
        let order: ByteOrder
        switch tiff.uint32(at: 0, .big) {
        case 0x4949_2A00: order = .little
        case 0x4D4D_002A: order = .big
        default: return nil
        }
        guard let directory = tiff.uint32(at: 4, order), let entries = tiff.uint16(at: Int(directory), order)
        else {
            return nil
        }
        for entry in 0..<Int(entries) {
            let offset = Int(directory) + 2 + entry * 12
            guard let tag = tiff.uint16(at: offset, order) else { return nil }
            if tag == 0x0112 {
                switch tiff.uint16(at: offset + 2, order) {
                case 3: return tiff.uint16(at: offset + 8, order)
                // Not as the standard has it, but as some write it.
                case 4: return tiff.uint32(at: offset + 8, order).map { UInt16(clamping: $0) }
                default: return nil
                }
            }
        }
        return nil
    }

    /// The digit after `tiff:Orientation`, an attribute or an element.
    private static func property(inXMP packet: UnsafeRawBufferPointer) -> UInt16? {
        let name = Array("tiff:Orientation".utf8)
        var rest = packet[...]
        while let start = rest.firstIndex(of: name[0]) {
            rest = rest[start...]
            if rest.starts(with: name) {
                let value = rest.dropFirst(name.count).prefix(3)
                let digit =
                    value.starts(with: Array("=\"".utf8))
                    ? value.dropFirst(2).first
                    : value.first == UInt8(ascii: ">") ? value.dropFirst().first : nil
                if let digit, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) { return UInt16(digit - UInt8(ascii: "0")) }
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}

// MARK: - Turning the picture

extension RGBImage {
    /// The picture upright, its pixels having been stored with `orientation`. Equals Pillow's
    /// `ImageOps.exif_transpose`.
    func turned(from orientation: ExifOrientation) -> RGBImage {
        let row = width * 3
        let (lastRow, lastColumn) = ((height - 1) * row, (width - 1) * 3)
        // Where the upright picture's first pixel lies, and how far to step for its next row and its next
        // column.
        let (start, down, right): (Int, Int, Int)
        switch orientation {
        case .upright: return self
        case .mirrored: (start, down, right) = (lastColumn, row, -3)
        case .upsideDown: (start, down, right) = (lastRow + lastColumn, -row, -3)
        case .flipped: (start, down, right) = (lastRow, -row, 3)
        case .transposed: (start, down, right) = (0, 3, row)
        case .turnedLeft: (start, down, right) = (lastRow, 3, -row)
        case .transversed: (start, down, right) = (lastRow + lastColumn, -3, -row)
        case .turnedRight: (start, down, right) = (lastColumn, -3, row)
        }
        let swaps = orientation.rawValue >= ExifOrientation.transposed.rawValue
        let (uprightHeight, uprightWidth) = swaps ? (width, height) : (height, width)
        return pixels.withUnsafeBufferPointer { stored in
            RGBImage(height: uprightHeight, width: uprightWidth) { upright in
                var out = 0
                for y in 0..<uprightHeight {
                    var source = start + y * down
                    for _ in 0..<uprightWidth {
                        upright[out] = stored[source]
                        upright[out + 1] = stored[source + 1]
                        upright[out + 2] = stored[source + 2]
                        out += 3
                        source += right
                    }
                }
            }
        }
    }
}
