import Glibc

/// Tells whether two paths lead to one file, whatever links are on the way.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let node: UInt64

    /// nil where there is no file or folder.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        node = UInt64(status.st_ino)
    }
}
