import FoundationEssentials
import Glibc

/// The names in one folder, each kind in bytewise order.
///
/// Read with `readdir`, whose entries mostly tell their kind without a look at the file itself: a folder of
/// 100,000 images costs one pass, also on a network file system. What systems put there for themselves (``SystemName``) is left
/// out. Links are followed.
struct Folder {
    /// What tells two paths of the same folder to be the same.
    struct Identity: Hashable {
        let device: UInt64
        let node: UInt64
    }

    /// The folder's path.
    let path: String
    /// What counts as an image in it.
    let kinds: ImageKinds
    let identity: Identity
    private(set) var files: [String] = []
    private(set) var folders: [String] = []
    /// Names that are not used, whatever they stand for, and why.
    private(set) var leftOut: [(name: String, reason: String)] = []

    /// The folder's own name.
    var name: String { url.standardizedFileURL.lastPathComponent }

    var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    /// The files that count as images. Those that are not named as such are opened for it, each time anew.
    var images: [String] { files.filter { verdict(on: $0) == .image } }

    func verdict(on name: String) -> ImageKinds.Verdict { kinds.verdict(on: name, at: path + "/" + name) }

    /// Files that look like archives, which may hold what is missed elsewhere.
    var archives: [String] {
        files.filter { name in
            [".zip", ".tar", ".gz", ".tgz", ".rar"].contains(where: name.lowercased().hasSuffix)
        }
    }

    /// Lists the folder at `path`. Throws a ``DataSetError`` that says why when it cannot be read.
    init(at path: String, _ kinds: ImageKinds) throws {
        self.path = path
        self.kinds = kinds
        guard let stream = opendir(path) else { throw Folder.unreadable(path, errno) }
        defer { closedir(stream) }
        var status = stat()
        guard fstat(dirfd(stream), &status) == 0 else { throw Folder.unreadable(path, errno) }
        identity = Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))

        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw Folder.unreadable(path, errno) }
                break
            }
            let (name, isUTF8) = Folder.name(of: entry)
            if name == "." || name == ".." { continue }
            guard isUTF8 else {
                leftOut.append((name, "a name that is not UTF-8 and cannot be recorded; rename to use it"))
                continue
            }
            guard !SystemName.contains(name) else {
                leftOut.append((name, "a file or folder that the system keeps for itself"))
                continue
            }
            switch Folder.kind(of: entry, at: path + "/" + name) {
            case .folder: folders.append(name)
            case .file: files.append(name)
            case .deadLink: leftOut.append((name, "a link whose target is not there"))
            case .other: leftOut.append((name, "neither a file nor a folder"))
            }
        }
        files.sort(by: bytewisePrecedes)
        folders.sort(by: bytewisePrecedes)
    }

    private enum Kind { case folder, file, deadLink, other }

    /// The entry's name, mended for showing where it is not UTF-8.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> (String, isUTF8: Bool) {
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            let bytes = bytes.prefix { $0 != 0 }
            if let name = String(validating: bytes, as: UTF8.self) { return (name, true) }
            return (String(decoding: bytes, as: UTF8.self), false)
        }
    }

    private static func kind(of entry: UnsafeMutablePointer<dirent>, at path: @autoclosure () -> String)
        -> Kind
    {
        switch Int(entry.pointee.d_type) {
        case Int(DT_DIR): return .folder
        case Int(DT_REG): return .file
        case Int(DT_LNK), Int(DT_UNKNOWN):
            var status = stat()
            guard stat(path(), &status) == 0 else {
                return errno == ENOENT || errno == ELOOP ? .deadLink : .file
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: return .folder
            case S_IFREG: return .file
            default: return .other
            }
        default: return .other
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> DataSetError {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOENT: return DataSetError("There is no folder \(path).")
        case ENOTDIR: return DataSetError("\(path) is a file, not a folder.")
        case EACCES:
            return DataSetError(
                "The folder \(path) may not be read (\(reason)). Give yourself read and search permission on "
                    + "it."
            )
        default: return DataSetError("The folder \(path) cannot be listed: \(reason).")
        }
    }
}
