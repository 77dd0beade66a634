import FoundationEssentials
import Glibc

/// The bytes of files, in and out; what the system refuses is a `POSIXError`.
public enum FileBytes {
    /// Opens a file for as long as `body` runs, which is given its descriptor.
    ///
    /// - Parameter flags: those of open(2).
    public static func withFile<Result>(_ path: String, _ flags: Int32, _ body: (Int32) throws -> Result) throws -> Result {
        let descriptor = open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        return try body(descriptor)
    }

    /// The first bytes of a file, `limit` at most.
    public static func read(_ path: String, upTo limit: Int) throws -> Data {
        try withFile(path, O_RDONLY) { try read(from: $0, upTo: limit) }
    }

    /// What follows in an open file, `limit` bytes at most.
    public static func read(from descriptor: Int32, upTo limit: Int = .max) throws -> Data {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: min(limit, 1 << 16))
        while data.count < limit {
            let count = Glibc.read(descriptor, &buffer, min(buffer.count, limit - data.count))
            if count == 0 { break }
            if count > 0 { data.append(contentsOf: buffer[..<count]) } else if errno != EINTR { throw failure() }
        }
        return data
    }

    /// Writes all of `data` where an open file stands.
    public static func write(_ data: Data, to descriptor: Int32) throws {
        try data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw failure() }
            }
        }
    }

    /// Has the disk hold what was written to an open file.
    public static func synchronize(_ descriptor: Int32) throws {
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    /// A descriptor of an empty file that has no name any more; programs that are started inherit it.
    public static func nameless() throws -> Int32 {
        var name = Array((FileManager.default.temporaryDirectory.path + "/cap-XXXXXX").utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw failure() }
        unlink(name)
        return descriptor
    }

    /// Whether there is a folder, or a link to one.
    public static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// How many bytes a file has; nil where there is none. By stat(2), since `FileManager` says it in another type of number where
    /// the rest of Foundation is there as well.
    public static func count(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// What the system said last.
    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
