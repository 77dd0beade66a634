import Foundation

/// The names in one folder, each kind in bytewise order.
///
/// Read with `readdir`, whose entries mostly tell their kind without a look at the file itself: a folder of
/// 100,000 images costs one pass, also on a network file system. Names that begin with a dot, and the
/// `__MACOSX` folder that archives from macOS bring along, are left out. Links are followed.
struct Folder {
    /// What tells two paths of the same folder to be the same.
    struct Identity: Hashable {
        let device: UInt64
        let node: UInt64
    }

    /// The folder's path.
    let path: String
    let identity: Identity
    private(set) var files: [String] = []
    private(set) var folders: [String] = []
    /// Links whose target is not there, or that lead only to themselves.
    private(set) var deadLinks: [String] = []
    /// How many names are not UTF-8 and therefore cannot be recorded.
    private(set) var unreadableNames = 0

    /// The folder's own name.
    var name: String { url.standardizedFileURL.lastPathComponent }

    var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    /// Files whose extension says JPEG or PNG, in upper or lower case.
    var images: [String] { files.filter(Folder.isImage) }

    /// Files that look like archives, which may hold what is missed elsewhere.
    var archives: [String] {
        files.filter { name in
            [".zip", ".tar", ".gz", ".tgz", ".rar"].contains(where: name.lowercased().hasSuffix)
        }
    }

    /// Lists the folder at `path`. Throws a ``DataSetError`` that says why when it cannot be read.
    init(at path: String) throws {
        self.path = path
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
            guard let name = Folder.name(of: entry) else {
                unreadableNames += 1
                continue
            }
            if name.utf8.first == UInt8(ascii: ".") || name == "__MACOSX" { continue }
            switch Folder.kind(of: entry, at: path + "/" + name) {
            case .folder: folders.append(name)
            case .file: files.append(name)
            case .deadLink: deadLinks.append(name)
            case .other: break
            }
        }
        files.sort(by: bytewisePrecedes)
        folders.sort(by: bytewisePrecedes)
        deadLinks.sort(by: bytewisePrecedes)
    }

    /// Whether the name's extension is one of those that JPEG and PNG files carry.
    static func isImage(_ name: String) -> Bool {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
            return false
        }
        switch name[name.index(after: dot)...].lowercased() {
        case "jpg", "jpeg", "jpe", "jfif", "png": return true
        default: return false
        }
    }

    private enum Kind { case folder, file, deadLink, other }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
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
