import Foundation

/// A text file that appears under its name only when it is complete, as artifacts do.
public final class PartialText {
    private let partial: PartialFile
    private let handle: FileHandle

    /// - Throws: ``OutputError`` where `path` cannot be written, or another process is writing it.
    public init(_ path: String) throws {
        partial = try PartialFile(target: path)
        handle = FileHandle(fileDescriptor: partial.descriptor, closeOnDealloc: false)
    }

    public func write(_ text: String) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw OutputError("\(partial.target): cannot be written: \(error.localizedDescription)")
        }
    }

    public func commit() throws {
        try partial.commit()
    }
}
