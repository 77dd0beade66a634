import CConfine
import CHDF5
import Essentials
import FoundationEssentials
import Glibc

/// An HDF5 file, open for reading or being written.
///
/// ```swift
/// let file = try File.open("features.h5")
/// let features = try file.root.dataset("images/features")
/// let firstRows = try features.read(Float.self, rows: 0..<10)
/// ```
///
/// What is written is sealed when it is closed: digests of all its blocks follow it, which HDF5 does not mind. What is read
/// of a sealed file is checked before HDF5 sees it. Whether sealed or not, a file's structure is walked through by a child
/// process first, because HDF5 itself crashes, hangs or takes all memory on files that were made for it.
///
/// May be used from any thread: all calls are serialised. Closed when the last reference goes away, or by
/// ``close()``, which also reports a write that failed late.
public final class File: @unchecked Sendable {
    /// The path as given, for messages.
    public let path: String
    public let root: Group
    private let handle: Handle
    private let sealed: SealedFile
    private let isNew: Bool

    /// Whether this process is one whose death is a sentence of its parent's, so that files of unknown origin are read in it.
    public static var isConfined: Bool { cconfine_is_confined() != 0 }

    /// Opens a file for reading.
    ///
    /// - Parameter sealedOnly: whether a file without a seal is refused before HDF5 sees anything of it.
    /// - Throws: ``HDF5Error`` telling apart a missing file, one that cannot be read, one that is not HDF5, a
    ///   truncated one, one without a seal, and one that is damaged or asks for more than it is worth.
    public static func open(_ path: String, sealedOnly: Bool = false) throws -> File {
        try requireReadableFile(path)
        cconfine_note_file(path)
        return try HDF5Library.locked { scope in
            let sealed = try SealedFile(reading: path)
            if sealedOnly && !sealed.isSealed { throw unsealed(path) }
            try sealed.scan()
            let access = try fileAccess(scope, sealed)
            let id = H5Fopen(path, chdf5_read_only(), access)
            guard id >= 0 else { throw openingFailure(path) }
            return try File(Handle(id, in: nil, "cannot open", file: path), sealed, isNew: false)
        }
    }

    /// Creates an empty file, replacing what is at `location`.
    public static func create(_ location: String) throws -> File {
        let descriptor = Glibc.open(location, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw HDF5Error("\(location): cannot create the file: \(HDF5Library.systemReason(errno))")
        }
        defer { Glibc.close(descriptor) }
        return try create(descriptor, reportedAs: location)
    }

    /// Creates the content of an open, empty file.
    ///
    /// - Parameters:
    ///   - descriptor: open for reading and writing; stays the caller's to close.
    ///   - path: what messages call the file.
    public static func create(_ descriptor: Int32, reportedAs path: String) throws -> File {
        try HDF5Library.locked { scope in
            let sealed = try SealedFile(writing: descriptor, path: path)
            let access = try fileAccess(scope, sealed)
            let creation = try scope.own(
                H5Pcreate(chdf5_file_create_class()), "cannot create the file", file: path)
            try check(
                H5Pset_link_creation_order(creation, chdf5_creation_order()), "cannot create the file",
                file: path)
            try check(
                H5Pset_attr_creation_order(creation, chdf5_creation_order()), "cannot create the file",
                file: path)
            let handle = try Handle(
                H5Fcreate(path, chdf5_truncate(), creation, access), in: nil, "cannot create the file",
                file: path)
            return try File(handle, sealed, isNew: true)
        }
    }

    /// Opens a copy of a file for changing it.
    ///
    /// - Parameters:
    ///   - descriptor: open for reading and writing, and empty; stays the caller's to close.
    ///   - path: what messages call the copy.
    public func copy(to descriptor: Int32, reportedAs path: String) throws -> File {
        try HDF5Library.locked { scope in
            try sealed.copy(to: descriptor)
            let copy = try SealedFile(writing: descriptor, path: path)
            let access = try File.fileAccess(scope, copy)
            let handle = try Handle(
                H5Fopen(path, chdf5_read_write(), access), in: nil, "cannot open the copy", file: path)
            return try File(handle, copy, isNew: true)
        }
    }

    private init(_ handle: Handle, _ sealed: SealedFile, isNew: Bool) throws {
        path = sealed.path
        self.handle = handle
        self.sealed = sealed
        self.isNew = isNew
        root = Group(
            try Handle(
                H5Oopen(handle.id, "/", chdf5_default()), in: handle, "cannot open the root group", file: sealed.path
            ),
            path: "/", file: sealed.path)
    }

    /// Whether what is read is checked: the file ends with the seal that CAP writes.
    public var isSealed: Bool { sealed.isSealed }

    /// The length of the file, its seal included.
    public var byteCount: Int { sealed.byteCount }

    /// Reads all of a sealed file and checks it, what no dataset holds as well.
    ///
    /// - Throws: ``HDF5Error`` naming the first bytes that are not what was written.
    public func verifySeal() throws {
        if sealed.isSealed { try sealed.verify() }
    }

    /// Writes everything to the file system, seals and closes the file; what was opened in it can no longer be used.
    public func close() throws {
        try HDF5Library.locked { _ in
            guard H5Iis_valid(handle.id) > 0 else { return }
            try check(H5Fflush(handle.id, H5F_SCOPE_GLOBAL), "cannot write", file: path)
            try check(H5Fclose(handle.id), "cannot write", file: path)
            if isNew { try sealed.seal() }
        }
    }

    /// Closing a file closes what is open in it, so that ``close()`` means what it says.
    private static func fileAccess(_ scope: Scope, _ sealed: SealedFile) throws -> hid_t {
        let access = try scope.own(H5Pcreate(chdf5_file_access_class()), "cannot open", file: sealed.path)
        try check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "cannot open", file: sealed.path)
        try check(chdf5_disable_file_locking(access), "cannot open", file: sealed.path)
        try sealed.setAccess(access)
        return access
    }

    private static func requireReadableFile(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let reason = errno == ENOENT ? "no such file" : HDF5Library.systemReason(errno)
            throw HDF5Error("\(path): \(reason)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw HDF5Error("\(path): not a file") }
        guard access(path, R_OK) == 0 else { throw HDF5Error("\(path): \(HDF5Library.systemReason(errno))") }
        guard status.st_size > 0 else { throw HDF5Error("\(path): the file is empty, not an HDF5 file") }
    }

    /// HDF5 says `truncated file: eof = 100, sblock->base_addr = 0, stored_eof = 200`.
    private static func lengths(in reason: String) -> String {
        func number(after marker: String) -> Substring? {
            reason.firstRange(of: marker).map { reason[$0.upperBound...].prefix(while: \.isNumber) }
        }
        guard let found = number(after: " eof = "), let expected = number(after: "stored_eof = ") else {
            return ""
        }
        return " (\(found) of \(expected) bytes)"
    }

    /// What a file without a seal is, as far as its first bytes say.
    private static func unsealed(_ path: String) -> HDF5Error {
        let head = (try? FileBytes.read(path, upTo: 64)).map { [UInt8]($0) } ?? []
        guard head.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            return HDF5Error("\(path): not an HDF5 file")
        }
        // Where the file is to end, by the version of what it begins with.
        let place = head.count > 8 && head[8] < 2 ? 40 : 28
        let expected = head.dropFirst(place).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var status = stat()
        if stat(path, &status) == 0, expected > UInt64(status.st_size) {
            return HDF5Error(
                "\(path): the file is truncated (\(status.st_size) of \(expected) bytes); copy it or write it again")
        }
        return HDF5Error(
            "\(path): has no seal, so what is read of it could not be checked: another program or an older CAP wrote it, or its "
                + "end is damaged; cap-inspect \(ShellWord.quoted(path)) --seal NEW.h5 reads it with care and takes it over")
    }

    private static func openingFailure(_ path: String) -> HDF5Error {
        let reasons = HDF5Library.reasons()
        if reasons.contains(where: { $0.contains("signature not found") }) {
            return HDF5Error("\(path): not an HDF5 file")
        }
        if let reason = reasons.first(where: { $0.contains("truncated file") }) {
            return HDF5Error(
                "\(path): the file is truncated\(lengths(in: reason)); copy it or write it again")
        }
        if let reason = reasons.first(where: { $0.hasPrefix("bytes ") }) { return HDF5Error("\(path): \(reason)") }
        return HDF5Library.failure("cannot open: the file is damaged or truncated", file: path)
    }
}
