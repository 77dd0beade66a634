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
    /// The orientation that a JPEG's APP1 segment or a PNG's eXIf chunk states; nil where none is, or none
    /// that is well formed.
    init?(of file: UnsafeRawBufferPointer, _ format: ImageFormat) {
        let exif: UnsafeRawBufferPointer?
        switch format {
        case .jpeg: exif = Self.exifSegment(ofJPEG: file)
        case .png: exif = Self.exifChunk(ofPNG: file)
        default: exif = nil
        }
        guard let exif, let orientation = Self.tag(inTIFF: exif) else { return nil }
        self = orientation
    }

    private static func exifSegment(ofJPEG file: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let introduction: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]  // "Exif"
        var offset = 2
        while let prefix = file.byte(at: offset), prefix == 0xFF, let marker = file.byte(at: offset + 1) {
            switch marker {
            case 0xFF:  // fill byte
                offset += 1
            case 0x01, 0xD0...0xD8:  // no segment follows
                offset += 2
            case 0xD9, 0xDA:  // end of image, start of scan
                return nil
            default:
                guard let length = file.uint16(at: offset + 2, .big), length >= 2,
                    let segment = file.window(at: offset + 4, count: Int(length) - 2)
                else { return nil }
                if marker == 0xE1, segment.starts(with: introduction) {
                    return UnsafeRawBufferPointer(rebasing: segment.dropFirst(introduction.count))
                }
                offset += 2 + Int(length)
            }
        }
        return nil
    }

    private static func exifChunk(ofPNG file: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var offset = 8
        while let length = file.uint32(at: offset, .big), let type = file.uint32(at: offset + 4, .big),
            let chunk = file.window(at: offset + 8, count: Int(length))
        {
            if type == 0x6558_4966 {  // "eXIf"
                return chunk
            }
            offset += 12 + Int(length)
        }
        return nil
    }

    private static func tag(inTIFF tiff: UnsafeRawBufferPointer) -> ExifOrientation? {
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
                let short: UInt16 = 3
                guard tiff.uint16(at: offset + 2, order) == short, let value = tiff.uint16(at: offset + 8, order)
                else {
                    return nil
                }
                return ExifOrientation(rawValue: value)
            }
        }
        return nil
    }
}

private enum ByteOrder {
    case little, big
}

extension UnsafeRawBufferPointer {
    fileprivate func window(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }

    fileprivate func byte(at offset: Int) -> UInt8? {
        window(at: offset, count: 1)?.first
    }

    fileprivate func uint16(at offset: Int, _ order: ByteOrder) -> UInt16? {
        guard let value = window(at: offset, count: 2)?.loadUnaligned(as: UInt16.self) else { return nil }
        return order == .big ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
    }

    fileprivate func uint32(at offset: Int, _ order: ByteOrder) -> UInt32? {
        guard let value = window(at: offset, count: 4)?.loadUnaligned(as: UInt32.self) else { return nil }
        return order == .big ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
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
