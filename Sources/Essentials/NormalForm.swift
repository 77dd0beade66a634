import CUTF8Proc
import Glibc

/// The normal forms of Unicode (UAX #15), by utf8proc.
public enum NormalForm: Sendable {
    /// Composed by canonical equivalence.
    case c
    /// Decomposed by canonical equivalence.
    case d
    /// Composed by compatibility, where a letter of another width or a ligature is the plain one.
    case kc
}

extension String {
    public func normalized(_ form: NormalForm) -> String {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
        let options =
            switch form {
            case .c: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue
            case .d: UTF8PROC_STABLE.rawValue | UTF8PROC_DECOMPOSE.rawValue
            case .kc: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue | UTF8PROC_COMPAT.rawValue
            }
        var text = self
        return text.withUTF8 { bytes in
            var normal: UnsafeMutablePointer<UInt8>?
            let count = utf8proc_map(bytes.baseAddress, bytes.count, &normal, utf8proc_option_t(rawValue: options))
            guard count >= 0, let normal else { preconditionFailure("no memory for text") }
            defer { free(normal) }
            return String(decoding: UnsafeBufferPointer(start: normal, count: count), as: UTF8.self)
        }
    }
}
