import Essentials
import FoundationEssentials
import Glibc

/// The folder beside a target that is filled first and renamed when complete: what ``PartialFile`` is to a file.
///
/// It is called `.NAME.<16 random digits>.partial`, and is made by this process or not at all, so that nothing of another is in it.
public final class PartialFolder {
    public let url: URL
    private let target: String
    /// Holds the lock; -1 once the folder is committed or abandoned.
    private var descriptor: Int32

    /// Makes and locks the folder, and the folders that `target` lies in.
    ///
    /// - Throws: ``OutputError`` where `target` is there and not empty, or cannot be written.
    public init(target: String) throws {
        self.target = target
        let content = try? FileManager.default.contentsOfDirectory(atPath: target)
        guard content?.isEmpty ?? !FileManager.default.fileExists(atPath: target) else {
            throw OutputError("\(target): exists already; remove it, or name another folder with -o")
        }
        let place = URL(fileURLWithPath: target)
        let folder = place.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw OutputError("\(target): cannot be written: \(SystemReason.text(error))")
        }
        let name = ".\(place.lastPathComponent)"
        PartialFolder.removeLeftovers(of: name, in: folder)
        url = folder.appendingPathComponent("\(name).\(PartialFile.randomDigits()).partial")
        guard mkdir(url.path, 0o777) == 0 else { throw OutputError(target, "cannot be written") }
        descriptor = Glibc.open(url.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw OutputError(target, "cannot be written") }
        // Where there are no locks nobody takes it for a leftover either.
        flock(descriptor, LOCK_EX | LOCK_NB)
    }

    /// Makes what was written durable and puts the folder in the target's place.
    public func commit() throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: url.path) {
            let descriptor = Glibc.open(url.appendingPathComponent(file).path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            guard descriptor >= 0, fsync(descriptor) == 0 else { throw OutputError(target, "cannot be written") }
        }
        // An empty folder gives way.
        rmdir(target)
        guard rename(url.path, target) == 0 else { throw OutputError(target, "cannot be put in place") }
        close(descriptor)
        descriptor = -1
        PartialFile.syncFolder(of: target)
    }

    deinit {
        guard descriptor >= 0 else { return }
        try? FileManager.default.removeItem(at: url)
        close(descriptor)
    }

    /// Removes what killed writers left.
    private static func removeLeftovers(of name: String, in folder: URL) {
        for path in PartialFile.unfinished(name, in: folder.path) {
            let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                continue
            }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
