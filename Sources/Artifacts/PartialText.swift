import Foundation

/// A text file that appears under its name only when it is complete, as artifacts do.
public final class PartialText {
    private let partial: PartialFile
    private let handle: FileHandle

    /// - Throws: ``ArtifactError`` where `path` cannot be written, or another process is writing it.
    public init(_ path: String) throws {
        partial = try PartialFile(target: path)
        guard truncate(partial.path, 0) == 0, let handle = FileHandle(forWritingAtPath: partial.path) else {
            throw ArtifactError("\(path): cannot be written: \(String(cString: strerror(errno)).lowercased())")
        }
        self.handle = handle
    }

    public func write(_ text: String) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw ArtifactError("\(partial.target): cannot be written: \(error.localizedDescription)")
        }
    }

    public func commit() throws {
        try? handle.close()
        try partial.commit()
    }
}
