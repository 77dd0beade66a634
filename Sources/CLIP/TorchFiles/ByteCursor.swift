/// Reads little-endian numbers and strings one after the other; nil where the bytes end before them.
struct ByteCursor {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - position else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func unsigned(_ count: Int) -> UInt64? {
        bytes(count)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// An unsigned number that must also be an `Int`.
    mutating func size(_ count: Int) -> Int? {
        unsigned(count).flatMap { Int(exactly: $0) }
    }

    /// A number in two's complement.
    mutating func signed(_ count: Int) -> Int? {
        guard count <= 8, let value = unsigned(count) else { return nil }
        guard count > 0 else { return 0 }
        let unused = 64 - 8 * count
        return Int(Int64(bitPattern: value << unused) >> unused)
    }

    mutating func text(_ count: Int) -> String? {
        bytes(count).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text up to the next line feed, which is read too.
    mutating func line() -> String? {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }
}
