/// Which byte of a number comes first in a file.
enum ByteOrder {
    case little, big
}

/// Numbers within a file's bytes; nil beyond its end.
extension UnsafeRawBufferPointer {
    func window(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }

    func byte(at offset: Int) -> UInt8? {
        window(at: offset, count: 1)?.first
    }

    func uint16(at offset: Int, _ order: ByteOrder) -> UInt16? {
        guard let value = window(at: offset, count: 2)?.loadUnaligned(as: UInt16.self) else { return nil }
        return order == .big ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
    }

    func uint32(at offset: Int, _ order: ByteOrder) -> UInt32? {
        guard let value = window(at: offset, count: 4)?.loadUnaligned(as: UInt32.self) else { return nil }
        return order == .big ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }
}
