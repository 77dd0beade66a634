import FoundationEssentials
import Glibc

/// Where a command writes, looked at before it computes anything.
public enum OutputPlace {
    /// Refuses a file that could not be put in place at the end: its folder is missing or may not be written, or something else
    /// than a file has its name.
    ///
    /// - Throws: ``OutputError`` naming the file.
    public static func requireFile(_ target: String) throws {
        var status = stat()
        errno = 0
        if stat(target, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw OutputError("\(target): is a folder; give a file name")
            }
            // A device or a pipe would be replaced by the file.
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw OutputError("\(target): is not a file; give the name of one")
            }
        }
        guard errno != ENOTDIR else { throw OutputError(target, "cannot be written") }
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        guard stat(folder, &status) == 0 else {
            guard errno == ENOENT else { throw OutputError(target, "cannot be written") }
            throw OutputError("\(target): there is no folder \(folder); create it first")
        }
        try requireWritable(folder, target)
    }

    /// Refuses a folder that could not be made, or that nothing could be written to.
    ///
    /// - Throws: ``OutputError`` naming the folder.
    public static func requireFolder(_ target: String) throws {
        var place = URL(fileURLWithPath: target).standardizedFileURL
        var status = stat()
        // The nearest that is there: what is missing below it is made.
        while lstat(place.path, &status) != 0, errno == ENOENT, place.path != "/" { place.deleteLastPathComponent() }
        try requireWritable(place.path, target)
    }

    private static func requireWritable(_ folder: String, _ target: String) throws {
        var status = stat()
        guard stat(folder, &status) == 0 else { throw OutputError(target, "cannot be written") }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw OutputError("\(target): \(folder) is a file, not a folder") }
        guard access(folder, W_OK | X_OK) == 0 else { throw OutputError(target, "cannot be written") }
    }
}
