import CArchive
import Essentials
import FoundationEssentials

/// The arrays of a NumPy file, one after another: the one of `.npy`, those of `.npz`.
///
/// Numbers are read as a stream, so a file may be larger than memory. Arrays of Python objects are refused, since reading one would run
/// what the file says.
final class NumpyFile {
    /// What an array is, as the file's header says.
    struct Header {
        /// The array's name in `.npz`, without `.npy`; empty in `.npy`.
        let name: String
        let type: Number
        let shape: [Int]

        var count: Int { shape.reduce(1, *) }
    }

    /// The kinds of numbers that are read, by NumPy's names.
    enum Number: String {
        case float16 = "f2"
        case float32 = "f4"
        case float64 = "f8"
        case int8 = "i1"
        case uint8 = "u1"
        case int16 = "i2"
        case int32 = "i4"
        case int64 = "i8"

        var size: Int { Int(rawValue.suffix(1)) ?? 1 }

        var isFloating: Bool { rawValue.hasPrefix("f") }
    }

    private let path: String
    private let archive: OpaquePointer
    private var isBigEndian = false
    private var current: Header?

    init(at path: String) throws {
        self.path = path
        guard let archive = archive_read_new() else { throw DataSetError("\(path): not enough memory to read it.") }
        self.archive = archive
        if path.lowercased().hasSuffix(".npz") {
            archive_read_support_format_zip(archive)
        } else {
            archive_read_support_format_raw(archive)
        }
        guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else { throw failure() }
    }

    deinit {
        archive_read_free(archive)
    }

    /// The next array that has a header; nil after the last. What is left of the one before is passed over.
    func next() throws -> Header? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(archive, &entry)
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw failure() }
        let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
        let isMember = path.lowercased().hasSuffix(".npz")
        current = try header(name: isMember ? String(name.hasSuffix(".npy") ? name.dropLast(4)[...] : name[...]) : "")
        return current
    }

    /// The next `count` numbers of the array.
    func read(_ count: Int) throws -> [Double] {
        guard let type = current?.type else { return [] }
        let bytes = try bytes(count * type.size)
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { index in
                func load<T: FixedWidthInteger>(_: T.Type) -> T {
                    let value = bytes.loadUnaligned(fromByteOffset: index * type.size, as: T.self)
                    return isBigEndian ? T(bigEndian: value) : T(littleEndian: value)
                }
                switch type {
                case .float16: return Double(Float16(bitPattern: load(UInt16.self)))
                case .float32: return Double(Float(bitPattern: load(UInt32.self)))
                case .float64: return Double(bitPattern: load(UInt64.self))
                case .int8: return Double(load(Int8.self))
                case .uint8: return Double(load(UInt8.self))
                case .int16: return Double(load(Int16.self))
                case .int32: return Double(load(Int32.self))
                case .int64: return Double(load(Int64.self))
                }
            }
        }
    }

    // MARK: - The header (NumPy's NEP 1)

    private func header(name: String) throws -> Header {
        let start = try bytes(8)
        guard start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw DataSetError("\(path) is no NumPy file: it does not begin as one.")
        }
        let isLong = start[6] >= 2
        let sizes = try bytes(isLong ? 4 : 2)
        let length = sizes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= 1 << 16 else { throw DataSetError("\(path) is no sound NumPy file: a header of \(length) bytes.") }
        let text = String(decoding: try bytes(length), as: UTF8.self)
        guard let descr = Self.value(of: "descr", in: text)?.dropFirst().prefix(while: { $0 != "'" && $0 != "\"" }),
            let order = descr.first, let type = Number(rawValue: String("<>|=".contains(order) ? descr.dropFirst() : descr)),
            let list = Self.value(of: "shape", in: text)?.dropFirst().prefix(while: { $0 != ")" })
        else {
            throw DataSetError("\(path): an array of another kind than numbers of 1 to 8 bytes, which is not read.")
        }
        guard Self.value(of: "fortran_order", in: text)?.hasPrefix("False") == true else {
            throw DataSetError("\(path): an array in Fortran's order, which is not read; save numpy.ascontiguousarray of it.")
        }
        let parts = list.split(separator: ",").map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
        let shape = parts.compactMap { Int($0) }
        let count = shape.reduce(1) { product, extent in
            let (value, overflow) = product.multipliedReportingOverflow(by: extent)
            return overflow || extent < 0 ? Int.max / 16 : value
        }
        guard shape.count == parts.count, count < Int.max / 16 else {
            throw DataSetError("\(path) is no sound NumPy file: the shape (\(list)).")
        }
        isBigEndian = order == ">"
        return Header(name: name, type: type, shape: shape)
    }

    /// What follows a key of the header's dictionary.
    private static func value(of key: String, in text: String) -> Substring? {
        for quote in ["'", "\""] {
            if let range = text.firstRange(of: quote + key + quote + ":") {
                return text[range.upperBound...].drop { $0 == " " }
            }
        }
        return nil
    }

    private func bytes(_ count: Int) throws -> [UInt8] {
        var done = 0
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while done < count {
                let got = archive_read_data(archive, buffer.baseAddress.map { $0 + done }, count - done)
                guard got >= 0 else { throw failure() }
                if got == 0 { break }
                done += Int(got)
            }
            filled = done
        }
        guard done == count else { throw DataSetError("\(path) ends early: it is not all there.") }
        return bytes
    }

    private func failure() -> DataSetError {
        DataSetError("\(path) cannot be read: \(archive_error_string(archive).map { String(cString: $0) } ?? "damaged").")
    }
}
