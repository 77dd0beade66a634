import Essentials
import Glibc

/// Why a file is not written, as a sentence that names it.
public struct OutputError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }

    /// What the operating system said last.
    init(_ target: String, _ what: String) {
        self.init("\(target): \(what): \(SystemReason.text(errno))")
    }
}
