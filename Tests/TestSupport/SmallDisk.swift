import Foundation

/// A file system of 1 MiB, gone with the test.
public final class SmallDisk {
    private let folder: TemporaryFolder

    /// Whether such a one may be mounted here.
    public static let canMount = (try? SmallDisk()) != nil

    /// - Throws: where it may not be mounted.
    public init() throws {
        folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=1m") == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM)
        }
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }

    public var path: String { folder.path }

    public func file(_ name: String) -> String { folder.file(name) }
}
