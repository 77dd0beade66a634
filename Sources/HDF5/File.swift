import CHDF5
import Foundation

/// An HDF5 file, open for reading or being written.
///
/// ```swift
/// let file = try File.open("features.h5")
/// let features = try file.root.dataset("images/features")
/// let firstRows = try features.read(Float.self, rows: 0..<10)
/// ```
///
/// May be used from any thread: all calls are serialised. Closed when the last reference goes away, or by
/// ``close()``, which also reports a write that failed late.
public final class File: @unchecked Sendable {
    /// The path as given, for messages.
    public let path: String
    public let root: Group
    private let handle: Handle

    /// Opens a file for reading.
    ///
    /// - Throws: ``HDF5Error`` telling apart a missing file, one that cannot be read, one that is not HDF5 and a
    ///   truncated one.
    public static func open(_ path: String) throws -> File {
        try requireReadableFile(path)
        return try HDF5Library.locked { scope in
            let access = try fileAccess(scope, path)
            let id = H5Fopen(path, chdf5_read_only(), access)
            guard id >= 0 else { throw openingFailure(path) }
            return try File(Handle(id, in: nil, "cannot open", file: path), path: path)
        }
    }

    /// Creates an empty file, replacing what is at `location`.
    ///
    /// - Parameter name: what messages call the file, where that is not its location.
    public static func create(_ location: String, reportedAs name: String? = nil) throws -> File {
        let path = name ?? location
        return try HDF5Library.locked { scope in
            let access = try fileAccess(scope, path)
            let creation = try scope.own(
                H5Pcreate(chdf5_file_create_class()), "cannot create the file", file: path)
            try check(
                H5Pset_link_creation_order(creation, chdf5_creation_order()), "cannot create the file",
                file: path)
            try check(
                H5Pset_attr_creation_order(creation, chdf5_creation_order()), "cannot create the file",
                file: path)
            let handle = try Handle(
                H5Fcreate(location, chdf5_truncate(), creation, access), in: nil, "cannot create the file",
                file: path)
            return try File(handle, path: path)
        }
    }

    private init(_ handle: Handle, path: String) throws {
        self.path = path
        self.handle = handle
        root = Group(
            try Handle(
                H5Oopen(handle.id, "/", chdf5_default()), in: handle, "cannot open the root group", file: path
            ),
            path: "/", file: path)
    }

    /// Writes everything to the file system and closes the file; what was opened in it can no longer be used.
    public func close() throws {
        try HDF5Library.locked { _ in
            guard H5Iis_valid(handle.id) > 0 else { return }
            try check(H5Fflush(handle.id, H5F_SCOPE_GLOBAL), "cannot write", file: path)
            try check(H5Fclose(handle.id), "cannot write", file: path)
        }
    }

    /// Closing a file closes what is open in it, so that ``close()`` means what it says.
    private static func fileAccess(_ scope: Scope, _ path: String) throws -> hid_t {
        let access = try scope.own(H5Pcreate(chdf5_file_access_class()), "cannot open", file: path)
        try check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "cannot open", file: path)
        try check(chdf5_disable_file_locking(access), "cannot open", file: path)
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
            reason.range(of: marker).map { reason[$0.upperBound...].prefix(while: \.isNumber) }
        }
        guard let found = number(after: " eof = "), let expected = number(after: "stored_eof = ") else {
            return ""
        }
        return " (\(found) of \(expected) bytes)"
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
        return HDF5Library.failure("cannot open: the file is damaged or truncated", file: path)
    }
}
