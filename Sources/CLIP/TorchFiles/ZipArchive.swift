import FoundationEssentials

/// A zip archive whose entries are read where they lie, as PyTorch writes them: stored, not compressed.
///
/// The directory at the end of the file is checked against the file's size when the archive is opened
/// (format: PKWARE APPNOTE.TXT 6.3, with the 64-bit records that PyTorch always writes).
struct ZipArchive: Sendable {
    private struct Entry {
        var headerOffset: Int
        var size: Int
        var isStored: Bool
    }

    let file: ReadableFile
    private let entries: [String: Entry]

    /// The longest directory that is read: a checkpoint has a few hundred entries of less than a hundred bytes.
    private static let longestDirectory = 1 << 26

    static func isArchive(_ url: URL) throws -> Bool {
        try ReadableFile(url).prefix(4) == [0x50, 0x4B, 3, 4]
    }

    init(_ url: URL) throws {
        file = try ReadableFile(url)
        let directory = try Self.directory(of: file)
        var cursor = ByteCursor(try file.bytes(directory)[...])
        var entries: [String: Entry] = [:]
        while !cursor.isAtEnd {
            guard let (name, entry) = Self.entry(&cursor) else { throw Self.damaged(file) }
            entries[name] = entry
        }
        self.entries = entries
    }

    var names: Dictionary<String, some Any>.Keys { entries.keys }

    /// Where the contents of an entry lie in the file; nil where the archive has none of that name.
    func range(of name: String) throws -> Range<Int>? {
        guard let entry = entries[name] else { return nil }
        guard entry.isStored else {
            throw CLIPError("\(file.url.path): \(name) is compressed, as PyTorch's files never are.")
        }
        guard entry.headerOffset >= 0, entry.headerOffset <= file.size - 30 else { throw Self.damaged(file) }
        var header = ByteCursor(try file.bytes(entry.headerOffset..<entry.headerOffset + 30)[...])
        guard header.unsigned(4) == 0x0403_4B50, header.bytes(22) != nil, let nameLength = header.size(2),
            let extraLength = header.size(2)
        else { throw Self.damaged(file) }
        let start = entry.headerOffset + 30 + nameLength + extraLength
        guard entry.size >= 0, start <= file.size, entry.size <= file.size - start else {
            throw Self.damaged(file)
        }
        return start..<start + entry.size
    }

    /// Where the list of entries lies.
    private static func directory(of file: ReadableFile) throws -> Range<Int> {
        // The end record stands before a comment of at most 65,535 bytes.
        let tailStart = max(0, file.size - 65_557)
        let tail = try file.bytes(tailStart..<file.size)
        let signature: [UInt8] = [0x50, 0x4B, 5, 6]
        guard tail.count >= 22,
            let place = (0...tail.count - 22).last(where: { tail[$0...].starts(with: signature) })
        else {
            throw CLIPError(
                "\(file.url.path) is cut short: its list of contents is missing. Download or copy it again.")
        }
        var end = ByteCursor(tail[place...])
        guard end.bytes(12) != nil, var size = end.size(4), var offset = end.size(4) else { throw damaged(file) }
        if place >= 20, tail[(place - 20)...].starts(with: [0x50, 0x4B, 6, 7]) {
            var locator = ByteCursor(tail[(place - 20)...])
            guard locator.bytes(8) != nil, let wide = locator.size(8), wide <= file.size - 56 else {
                throw damaged(file)
            }
            var record = ByteCursor(try file.bytes(wide..<wide + 56)[...])
            guard record.unsigned(4) == 0x0606_4B50, record.bytes(36) != nil, let wideSize = record.size(8),
                let wideOffset = record.size(8)
            else { throw damaged(file) }
            (size, offset) = (wideSize, wideOffset)
        }
        guard size <= longestDirectory, offset <= file.size, size <= file.size - offset else { throw damaged(file) }
        return offset..<offset + size
    }

    private static func entry(_ cursor: inout ByteCursor) -> (String, Entry)? {
        guard cursor.unsigned(4) == 0x0201_4B50, cursor.bytes(4) != nil, let flags = cursor.unsigned(2),
            let method = cursor.unsigned(2), cursor.bytes(8) != nil, let packed = cursor.size(4),
            var size = cursor.size(4), let nameLength = cursor.size(2), let extraLength = cursor.size(2),
            let commentLength = cursor.size(2), cursor.bytes(8) != nil, var offset = cursor.size(4),
            let name = cursor.text(nameLength), let extra = cursor.bytes(extraLength),
            cursor.bytes(commentLength) != nil
        else { return nil }
        var fields = ByteCursor(extra)
        while let kind = fields.unsigned(2), let length = fields.size(2), let field = fields.bytes(length) {
            guard kind == 1 else { continue }
            // The 64-bit values stand here for those that are all ones above, in the same order.
            var wide = ByteCursor(field)
            let full = Int(UInt32.max)
            if size == full {
                guard let value = wide.size(8) else { return nil }
                size = value
            }
            if packed == full { _ = wide.bytes(8) }
            if offset == full {
                guard let value = wide.size(8) else { return nil }
                offset = value
            }
        }
        let isEncrypted = flags & 1 == 1
        return (name, Entry(headerOffset: offset, size: size, isStored: method == 0 && !isEncrypted))
    }

    private static func damaged(_ file: ReadableFile) -> CLIPError {
        CLIPError(
            "\(file.url.path) is damaged: its list of contents does not fit the file. Download or copy it again.")
    }
}
