import FoundationEssentials
import Glibc

/// A file held open for reading at any place, so that what is read later is what was checked at the
/// beginning.
final class ReadableFile: Sendable {
    let url: URL
    let size: Int
    private let descriptor: Int32

    init(_ url: URL) throws {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CLIPError("\(url.path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw CLIPError("\(url.path) is not a regular file.")
        }
        self.url = url
        self.size = Int(status.st_size)
        self.descriptor = descriptor
        try refusePointer(prefix(64), url)
    }

    deinit {
        close(descriptor)
    }

    /// The first `count` bytes, or all where the file has fewer.
    func prefix(_ count: Int) throws -> [UInt8] {
        try bytes(0..<min(count, size))
    }

    /// The bytes of `range`; throws where the file ends before them.
    func bytes(_ range: Range<Int>) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let count = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, range.count - filled,
                    off_t(range.lowerBound + filled))
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else {
                    throw CLIPError("\(url.path) cannot be read: \(String(cString: strerror(errno))).")
                }
                guard count > 0 else {
                    throw CLIPError(
                        "\(url.path) ends at byte \(range.lowerBound + filled), before what was to be read.")
                }
                filled += count
            }
        }
    }
}

/// Throws a sentence where a file is what Git leaves in the place of a large one that was not fetched.
func refusePointer(_ start: some Sequence<UInt8>, _ url: URL) throws {
    guard start.starts(with: Array("version https://git-lfs".utf8)) else { return }
    throw CLIPError(
        "\(url.path) is a Git LFS pointer, a few lines in the place of the file: run `git lfs install && git lfs pull` in "
            + "\(url.deletingLastPathComponent().path), or download the file itself.")
}
