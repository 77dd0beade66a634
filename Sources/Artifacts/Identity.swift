import CXXHash
import Essentials
import Glibc

/// A 128-bit XXH3 digest that says which data something is, as 32 hexadecimal digits.
///
/// It tells different data apart; it is no protection against someone who wants two to look alike.
public struct Identity: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Takes over an identity as a file has it; nil if it is not 32 hexadecimal digits.
    public init?(_ hexadecimal: String) {
        guard hexadecimal.utf8.count == 32, hexadecimal.allSatisfy(\.isHexDigit) else { return nil }
        description = hexadecimal.lowercased()
    }

    /// The identity of a text.
    public init(of text: String) {
        var hash = StreamingHash()
        hash.update(text)
        self = hash.identity
    }

    /// The identity of a file's bytes, read as a stream.
    public init(ofFile path: String) throws {
        guard let stream = fopen(path, "rb") else {
            throw ArtifactError("\(path): cannot read: \(SystemReason.text(errno))")
        }
        defer { fclose(stream) }
        var hash = StreamingHash()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[0..<count])) }
        }
        guard ferror(stream) == 0 else { throw ArtifactError("\(path): cannot be read to its end") }
        self = hash.identity
    }

    fileprivate init(_ digest: XXH128_hash_t) {
        func hexadecimal(_ word: UInt64) -> String {
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        description = hexadecimal(digest.high64) + hexadecimal(digest.low64)
    }
}

/// XXH3-128 over bytes that arrive in pieces.
struct StreamingHash {
    private final class State {
        let pointer = XXH3_createState()
        init() { XXH3_128bits_reset(pointer) }
        deinit { XXH3_freeState(pointer) }
    }

    private let state = State()

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        cxxhash_update(state.pointer, bytes.baseAddress, bytes.count)
    }

    /// Text goes in with its length before it, so that ["ab", "c"] and ["a", "bc"] differ.
    mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            withUnsafeBytes(of: UInt64(utf8.count).littleEndian) { update($0) }
            update(UnsafeRawBufferPointer(utf8))
        }
    }

    var identity: Identity { Identity(XXH3_128bits_digest(state.pointer)) }
}
