import Essentials
import FoundationEssentials
import Glibc

/// What says whether something outside of artifacts is still what it was: files and folders that stages read.
public enum SourceFingerprint {
    /// Of a file's bytes, wherever it lies and whenever it was written.
    public static func ofContent(_ file: String) throws -> Identity {
        try Identity(ofFile: file)
    }

    /// Of the names and bytes of a checkpoint's files: the file itself, or those in a folder that a model, its configuration
    /// or its tokenizer may be read from.
    public static func ofCheckpoint(_ path: String) throws -> Identity {
        var hash = StreamingHash()
        for file in checkpointFiles(path) {
            hash.update(URL(fileURLWithPath: file).lastPathComponent)
            hash.update(try Identity(ofFile: file).description)
        }
        return hash.identity
    }

    /// Of a folder's listing at any depth: names, sizes and times, in which every change of a file shows, without reading any.
    ///
    /// The time of the last change of the inode counts too, since that of the content can be set to what it was.
    public static func ofListing(_ folder: String) throws -> Identity {
        var hash = StreamingHash()
        var entered: Set<[UInt64]> = []
        try list(folder, prefix: "", into: &hash, entered: &entered)
        return hash.identity
    }

    /// Of files' sizes and times: while it stays the same, so do their contents.
    public static func ofTimes(_ files: [String]) -> Identity {
        var hash = StreamingHash()
        for file in files {
            hash.update(file)
            var status = stat()
            if stat(file, &status) == 0 { hash.update(stamp(status)) }
        }
        return hash.identity
    }

    /// The files that ``ofCheckpoint(_:)`` reads.
    public static func checkpointFiles(_ path: String) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [path] }
        let endings: Set = ["json", "txt", "safetensors", "bin", "pt", "gz"]
        return names.sorted()
            .map { URL(fileURLWithPath: path).appendingPathComponent($0) }
            .filter { endings.contains($0.pathExtension) && !$0.lastPathComponent.hasPrefix(".") }
            .map(\.path)
    }

    private static func stamp(_ status: stat) -> String {
        "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec) \(status.st_ctim.tv_nsec)"
    }

    private static func list(
        _ folder: String, prefix: String, into hash: inout StreamingHash, entered: inout Set<[UInt64]>
    ) throws {
        guard let directory = opendir(folder) else {
            throw ArtifactError("\(folder): cannot read: \(SystemReason.text(errno))")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        for name in names.sorted() {
            let path = folder + "/" + name
            var status = stat()
            hash.update(prefix + name)
            guard stat(path, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                hash.update(stamp(status))
                continue
            }
            // A folder that is linked into itself is listed once.
            if entered.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted {
                try list(path, prefix: prefix + name + "/", into: &hash, entered: &entered)
            }
        }
    }
}
