import CInterrupt
import CWriteback
import Foundation

/// The file beside a target that is written first and renamed when complete; it is its own lock.
///
/// `NAME.partial` is locked with flock(2) for as long as it is written, so a second writer of the same target is
/// refused. What a killed process left behind is not locked and is written over.
final class PartialFile {
    let target: String
    let path: String
    private var descriptor: Int32
    private var slot: Int32
    /// Bytes written since the disk last began.
    private var waiting = 0

    /// Creates and locks the file.
    init(target: String) throws {
        self.target = target
        let path = target + ".partial"
        self.path = path
        try PartialFile.requireWritableTarget(target)
        while true {
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw PartialFile.failure(target, "cannot be written") }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || PartialFile.locksAreMissing(errno) else {
                let number = errno
                close(descriptor)
                guard number == EWOULDBLOCK else {
                    errno = number
                    throw PartialFile.failure(target, "cannot be locked")
                }
                throw ArtifactError(
                    "\(target): another process is writing it; wait for that to finish, or stop it and try again"
                )
            }
            // The previous holder may have renamed or removed the file between open and lock.
            var locked = stat()
            var current = stat()
            if fstat(descriptor, &locked) == 0, stat(path, &current) == 0, locked.st_ino == current.st_ino,
                locked.st_dev == current.st_dev
            {
                self.descriptor = descriptor
                break
            }
            close(descriptor)
        }
        slot = cinterrupt_protect(
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path)
    }

    /// Has the disk begin, every 32 MiB, with what was written: else a commit would wait for all of it.
    func grow(by bytes: Int) {
        waiting += bytes
        guard waiting >= 1 << 25 else { return }
        waiting = 0
        cwriteback_start(descriptor)
    }

    /// Makes what was written durable and puts it in the target's place.
    func commit() throws {
        guard descriptor >= 0 else { return }
        guard fsync(descriptor) == 0 else { throw PartialFile.failure(target, "cannot be written") }
        // Released first: a moment later the name could belong to another writer's file.
        cinterrupt_release(slot)
        slot = -1
        guard rename(path, target) == 0 else { throw PartialFile.failure(target, "cannot be put in place") }
        close(descriptor)
        descriptor = -1
        PartialFile.syncFolder(of: target)
    }

    /// Removes the file if it was not committed.
    func abandon() {
        guard descriptor >= 0 else { return }
        unlink(path)
        cinterrupt_release(slot)
        close(descriptor)
        descriptor = -1
    }

    deinit { abandon() }

    private static func requireWritableTarget(_ target: String) throws {
        var status = stat()
        if stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw ArtifactError("\(target): is a folder; give a file name")
        }
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        guard stat(folder, &status) == 0 else {
            guard errno == ENOENT else { throw failure(target, "cannot be written") }
            throw ArtifactError("\(target): there is no folder \(folder); create it first")
        }
    }

    /// Some network file systems have no locks; writing there goes ahead without.
    private static func locksAreMissing(_ number: Int32) -> Bool {
        number == ENOLCK || number == ENOSYS || number == EOPNOTSUPP
    }

    /// Makes the rename durable as well.
    private static func syncFolder(of target: String) {
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ target: String, _ what: String) -> ArtifactError {
        ArtifactError("\(target): \(what): \(String(cString: strerror(errno)).lowercased())")
    }
}
