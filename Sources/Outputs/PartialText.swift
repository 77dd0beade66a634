import Essentials
import FoundationEssentials

/// A text file that appears under its name only when it is complete, as artifacts do.
public final class PartialText {
    private let partial: PartialFile

    /// - Throws: ``OutputError`` where `path` cannot be written, or another process is writing it.
    public init(_ path: String) throws {
        partial = try PartialFile(target: path)
    }

    public func write(_ text: String) throws {
        do {
            try FileBytes.write(Data(text.utf8), to: partial.descriptor)
        } catch {
            throw OutputError("\(partial.target): cannot be written: \(SystemReason.text(error))")
        }
    }

    public func commit() throws {
        try partial.commit()
    }
}
