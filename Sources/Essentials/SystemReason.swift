import FoundationEssentials
import Glibc

/// Why a file could not be read or written, in the system's words.
public enum SystemReason {
    /// `no such file or directory` for `ENOENT`.
    public static func text(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }

    /// The system's number for an error that a file was refused with; nil where the system did not refuse it.
    public static func number(_ error: any Error) -> Int32? {
        let system = (error as? CocoaError)?.underlying as? POSIXError ?? error as? POSIXError
        return system?.code.rawValue
    }

    /// The words for an error that a file was refused with; any other describes itself.
    public static func text(_ error: any Error) -> String {
        if let number = number(error) { return text(number) }
        switch (error as? CocoaError)?.code {
        case .fileReadCorruptFile?, .fileReadInapplicableStringEncoding?: return "it is no text in UTF-8"
        default: return String(describing: error)
        }
    }
}
