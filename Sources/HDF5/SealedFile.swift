import CSealedHDF5
import FoundationEssentials
import Glibc

/// An open file whose bytes are checked, if it is sealed, before HDF5 reads them. See `CSealedHDF5.h` for the seal.
final class SealedFile {
    let path: String
    private let pointer: OpaquePointer

    /// Opens a file that is read.
    init(reading path: String) throws {
        self.path = path
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw HDF5Error("\(path): \(HDF5Library.systemReason(errno))") }
        defer { close(descriptor) }
        pointer = try SealedFile.sentence(path) { csealed_open(descriptor, path, $0) }
    }

    /// Takes up a file that is written.
    init(writing descriptor: Int32, path: String) throws {
        self.path = path
        guard let pointer = csealed_create(descriptor, path) else {
            throw HDF5Error("\(path): cannot create the file: \(HDF5Library.systemReason(errno))")
        }
        self.pointer = pointer
    }

    deinit { csealed_release(pointer) }

    var isSealed: Bool { csealed_is_sealed(pointer) != 0 }

    /// The length of a file that is read, its seal included.
    var byteCount: Int { Int(clamping: csealed_size(pointer)) }

    /// Has HDF5 open this file, and no other. Call inside `HDF5Library.locked`.
    func setAccess(_ access: Int64) throws {
        try check(csealed_set_access(access, pointer), "cannot open", file: path)
    }

    /// Walks through the file's structure in a child process that may crash, hang and take memory in this one's place.
    /// Call inside `HDF5Library.locked`.
    func scan() throws {
        _ = try SealedFile.sentence(path) { csealed_scan_confined(pointer, $0) == 0 ? pointer : nil }
    }

    /// Checks every byte of a sealed file.
    func verify() throws {
        _ = try SealedFile.sentence(path) { csealed_verify(pointer, $0) == 0 ? pointer : nil }
    }

    /// Writes the HDF5 file, without its seal, to another, empty one.
    func copy(to descriptor: Int32) throws {
        guard csealed_copy(pointer, descriptor) == 0 else {
            throw HDF5Error("\(path): cannot be copied: \(HDF5Library.systemReason(errno))")
        }
    }

    /// Puts the seal behind what HDF5 wrote and closed.
    func seal() throws {
        guard csealed_seal(pointer) == 0 else {
            throw HDF5Error("\(path): cannot write: \(HDF5Library.systemReason(errno))")
        }
    }

    private static func sentence(
        _ path: String, _ call: (UnsafeMutablePointer<CChar>?) -> OpaquePointer?
    ) throws -> OpaquePointer {
        var sentence = [CChar](repeating: 0, count: Int(CSEALED_SENTENCE))
        guard let result = call(&sentence) else {
            let text = String(decoding: sentence.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw HDF5Error("\(path): \(text)")
        }
        return result
    }
}
