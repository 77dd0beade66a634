import Glibc

/// Reads whole files, one after another, into memory it keeps.
struct FileBuffer: ~Copyable {
    /// Larger than any image that the pixel limit lets through, unless it is mostly not image.
    static let maximumSize = 1 << 30

    /// Bytes that came from files so far.
    private(set) var bytesRead = 0

    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)

    deinit {
        memory.deallocate()
    }

    /// Returns the file's bytes, valid until the next read.
    ///
    /// What is not an image by its first bytes is read no further, so a film among the pictures costs nothing.
    ///
    /// - Parameter range: where in the file the image lies; nil for all of it.
    mutating func read(_ path: String, _ range: Range<Int>? = nil) throws -> UnsafeRawBufferPointer {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.cannotRead() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.cannotRead() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ImagesError("not a regular file") }

        if let range, lseek(descriptor, off_t(range.lowerBound), SEEK_SET) < 0 { throw Self.cannotRead() }
        let size = range?.count ?? Int(status.st_size)
        var count = try fill(from: descriptor, at: 0, upTo: min(ImageCodec.signatureLength, range?.count ?? .max))
        guard ImageCodec.of(UnsafeRawBufferPointer(rebasing: memory[..<count])) != nil else {
            return UnsafeRawBufferPointer(rebasing: memory[..<count])
        }
        guard size <= Self.maximumSize else {
            throw ImagesError("a file of \(size) bytes, where at most \(Self.maximumSize) are read")
        }
        if size > memory.count {
            let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: size + size / 2, alignment: 16)
            grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
            memory.deallocate()
            memory = grown
        }
        count = try fill(from: descriptor, at: count, upTo: size)
        return UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    /// Reads on until `end` bytes are in memory or the file ends; returns how many are.
    private mutating func fill(from descriptor: Int32, at start: Int, upTo end: Int) throws -> Int {
        var count = start
        while count < end {
            let got = Glibc.read(descriptor, memory.baseAddress?.advanced(by: count), end - count)
            if got < 0 {
                guard errno == EINTR else { throw Self.cannotRead() }
            } else if got == 0 {
                break
            } else {
                count += got
                bytesRead += got
            }
        }
        return count
    }

    private static func cannotRead() -> ImagesError {
        ImagesError("cannot be read: \(String(cString: strerror(errno)))")
    }
}
