import CInterrupt
import CWriteback
import Essentials
import FoundationEssentials
import Glibc

/// The file beside a target that is written first and renamed when complete; it is its own lock.
///
/// It is called `NAME.<16 random digits>.partial`, so that nobody can put a link there beforehand, and is locked with
/// flock(2) for as long as it is written. A second writer of the same target finds it locked and is refused; what a killed
/// process left behind is not locked, and the next writer removes it.
public final class PartialFile {
    public let target: String
    let path: String
    /// Open for reading and writing, and empty at first; -1 once the file is committed or abandoned.
    public private(set) var descriptor: Int32
    private var slot: Int32
    /// Bytes written since the disk last began.
    private var waiting = 0

    /// Creates and locks the file.
    ///
    /// - Throws: ``OutputError`` where `target` cannot be written, or another process is writing it.
    public init(target: String) throws {
        self.target = target
        try OutputPlace.requireFile(target)
        // One writer at a time looks around and adds its file.
        let folder = FolderLock(URL(fileURLWithPath: target).deletingLastPathComponent().path)
        defer { folder.release() }
        try PartialFile.removeLeftovers(of: target)
        path = "\(target).\(PartialFile.randomDigits()).partial"
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw OutputError(target, "cannot be written") }
        slot = cinterrupt_protect(
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || PartialFile.locksAreMissing(errno) else {
            let error = OutputError(target, "cannot be locked")
            abandon()
            throw error
        }
    }

    /// Writes a whole file, which appears under its name when it is complete.
    ///
    /// - Throws: ``OutputError`` where it cannot be written, or another process is writing it.
    public static func write(_ data: Data, to target: String) throws {
        let partial = try PartialFile(target: target)
        do {
            try FileBytes.write(data, to: partial.descriptor)
        } catch {
            throw OutputError("\(target): cannot be written: \(SystemReason.text(error))")
        }
        try partial.commit()
    }

    /// Has the disk begin, every 32 MiB, with what was written: else a commit would wait for all of it.
    public func grow(by bytes: Int) {
        waiting += bytes
        guard waiting >= 1 << 25 else { return }
        waiting = 0
        cwriteback_start(descriptor)
    }

    /// Makes what was written durable and puts it in the target's place.
    public func commit() throws {
        guard descriptor >= 0 else { return }
        guard fsync(descriptor) == 0 else { throw OutputError(target, "cannot be written") }
        guard rename(path, target) == 0 else { throw OutputError(target, "cannot be put in place") }
        // After the rename, since nobody else can have a file of that name.
        cinterrupt_release(slot)
        slot = -1
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

    static func randomDigits() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The paths in `folder` that writers of the target called `name` give what they have not finished.
    static func unfinished(_ name: String, in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { isPartial($0, of: name) }.map { folder + "/" + $0 }
    }

    private static func isPartial(_ name: String, of target: String) -> Bool {
        guard name.hasPrefix(target + "."), name.hasSuffix(".partial") else { return false }
        let digits = name.dropFirst(target.count + 1).dropLast(".partial".count)
        return digits.utf8.count == 16 && digits.allSatisfy(\.isHexDigit)
    }

    /// Removes what killed writers of the target left, unless a live one is at it.
    private static func removeLeftovers(of target: String) throws {
        let url = URL(fileURLWithPath: target)
        for path in unfinished(url.lastPathComponent, in: url.deletingLastPathComponent().path) {
            let descriptor = Glibc.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
                continue
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                unlink(path)
            } else if errno == EWOULDBLOCK {
                throw OutputError(
                    "\(target): another process is writing it; wait for that to finish, or stop it and try again")
            }
        }
    }

    /// Some network file systems have no locks; writing there goes ahead without.
    private static func locksAreMissing(_ number: Int32) -> Bool {
        number == ENOLCK || number == ENOSYS || number == EOPNOTSUPP
    }

    /// Makes the rename durable as well.
    static func syncFolder(of target: String) {
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

/// A folder's lock, held for as long as it takes to create a file in it.
private struct FolderLock {
    private let descriptor: Int32

    /// Waits for a fifth of a second at most: who keeps a folder locked for longer does so for reasons of their own.
    init(_ folder: String) {
        descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        for _ in 0..<100 {
            guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
            usleep(2000)
        }
    }

    func release() {
        if descriptor >= 0 { close(descriptor) }
    }
}
