import Glibc

/// What lies in a folder or below it once all links are followed.
struct FolderBounds {
    private let prefix: String?

    init(_ folder: String) {
        prefix = FolderBounds.followed(folder).map { $0 == "/" ? $0 : $0 + "/" }
    }

    /// Whether a file is there and within.
    func contain(_ file: String) -> Bool {
        guard let prefix, let place = FolderBounds.followed(file) else { return false }
        return place.hasPrefix(prefix)
    }

    /// The one path without links.
    private static func followed(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
