import Parallel

/// What decoders did, on any number of threads: counted where they do it, so that it says what a program costs whatever the
/// machine.
///
///     var options = ImageDecoder.Options()
///     let work = DecodingWork()
///     options.work = work
///     _ = try ImageDecoder(options: options).decode(contentsOf: "flowers/0001.jpg")
///     print(work.bytesRead, work.pixels)
public final class DecodingWork: Sendable {
    private struct Counts {
        var bytesRead = 0
        var images = 0
        var pixels = 0
    }

    private let counts = Mutex(Counts())

    public init() {}

    /// Bytes read from files.
    public var bytesRead: Int { counts.withLock(\.bytesRead) }

    /// Images whose pixels were decompressed, to the end or not.
    public var images: Int { counts.withLock(\.images) }

    /// Their pixels, before any resizing.
    public var pixels: Int { counts.withLock(\.pixels) }

    func add(bytesRead count: Int) { counts.withLock { $0.bytesRead += count } }

    func addImage(height: Int, width: Int) {
        counts.withLock {
            $0.images += 1
            $0.pixels += height * width
        }
    }
}
