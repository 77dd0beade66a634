import FoundationEssentials

/// The files below a folder, looked up by path. Every folder is listed once, when it is first asked about.
///
/// A list made on another machine may spell a name differently than the file system has it: accents composed
/// or not, an extension in capitals. Such names are found too, and the file system's spelling is what is
/// answered.
final class KnownFiles {
    let root: Folder
    private var listed: [String: Listing?] = [:]

    private final class Listing {
        let folder: Folder
        let files: Set<String>
        let folders: Set<String>
        private(set) lazy var inLowercase = Dictionary(folder.files.map { ($0.lowercased(), $0) }) {
            first, _ in first
        }

        init(_ folder: Folder) {
            self.folder = folder
            files = Set(folder.files)
            folders = Set(folder.folders)
        }
    }

    init(_ root: Folder) {
        self.root = root
        listed[""] = Listing(root)
    }

    /// The path as the file system spells it, or nil if there is no such file.
    func file(_ path: String) -> String? {
        let (folder, name) = KnownFiles.divided(path)
        guard let listing = listing(of: folder) else { return nil }
        let spelled =
            listing.files.firstIndex(of: name).map { listing.files[$0] }
            ?? listing.inLowercase[name.lowercased()]
        return spelled.map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }

    /// The listing of a folder below the root, or nil if there is none.
    func folder(_ path: String) -> Folder? {
        listing(of: path)?.folder
    }

    func contains(_ part: Distribution.Part) -> Bool {
        if part.isFile { return file(part.path) != nil }
        let (parent, name) = KnownFiles.divided(part.path)
        return listing(of: parent)?.folders.contains(name) ?? false
    }

    /// A file's whole path.
    func absolute(_ path: String) -> String { root.path + "/" + path }

    private func listing(of path: String) -> Listing? {
        if let known = listed[path] { return known }
        let (parent, name) = KnownFiles.divided(path)
        var found: Listing?
        if let above = listing(of: parent), above.folders.contains(name) {
            found = (try? Folder(at: absolute(path), root.kinds)).map(Listing.init)
        }
        listed[path] = .some(found)
        return found
    }

    private static func divided(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}
