import Essentials
import FoundationEssentials

/// Finds a key in a text where it is written otherwise: backwards, spaced out, shifted in the alphabet, as Base64, Base32,
/// hexadecimal, decimal, octal or binary numbers, as the escapes of URLs, HTML and JSON, and two of these on top of each other.
///
/// Only letters and digits are compared, and capitals as small letters: separators and alignment make no difference. A part of
/// the key is enough, eight signs of it as it is.
struct KeyDisguise: Sendable {
    /// Hashes of all parts of all writings, by the parts' length.
    private var parts: [Int: Set<UInt64>] = [:]

    init(key: String) {
        let bytes = Array(key.utf8)
        // A shorter one is a placeholder that servers without keys are given, and might be a word.
        guard Self.compact(bytes).count >= 6 else { return }
        let spaced = [UInt8](bytes.map { [$0] }.joined(separator: [UInt8(ascii: " ")]))
        let plain = [bytes, bytes.reversed(), spaced, Array(key.uppercased().utf8)]
        for text in plain {
            for shift in 0..<26 { add(Self.shifted(text, by: shift), window: 8) }
            add(text.map { Self.mirrored($0) }, window: 8)
        }
        for text in plain + plain.map({ Self.shifted($0, by: 13) }) {
            for (writing, window) in Self.writings(of: text) {
                add(writing, window: window)
                add(writing.reversed(), window: window)
                for (again, wider) in Self.writings(of: writing).prefix(4) { add(again, window: max(window, wider)) }
            }
        }
    }

    func isFound(in text: String) -> Bool {
        guard !parts.isEmpty else { return false }
        let signs = Self.compact(Array(text.normalized(.kc).utf8))
        return parts.contains { length, hashes in
            signs.count >= length
                && (0...signs.count - length).contains { hashes.contains(Self.hash(signs[$0..<$0 + length])) }
        }
    }

    private mutating func add(_ writing: [UInt8], window: Int) {
        let signs = Self.compact(writing)
        let length = min(window, signs.count)
        for start in 0...signs.count - length {
            parts[length, default: []].insert(Self.hash(signs[start..<start + length]))
        }
    }

    /// Letters in small and digits.
    private static func compact(_ bytes: [UInt8]) -> [UInt8] {
        bytes.compactMap { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: nil
            }
        }
    }

    /// FNV-1a.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func shifted(_ text: [UInt8], by shift: Int) -> [UInt8] {
        text.map { byte in
            switch byte | 0x20 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                let first = byte & 0x20 | UInt8(ascii: "A")
                return first + UInt8((Int(byte - first) + shift) % 26)
            default: return byte
            }
        }
    }

    /// A for Z, B for Y.
    private static func mirrored(_ byte: UInt8) -> UInt8 {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt8(ascii: "a") + UInt8(ascii: "z") - (byte | 0x20)
        default: byte
        }
    }

    /// What programs write bytes as, each with the length of a part that says enough; those that are put on top of others
    /// first.
    private static func writings(of bytes: [UInt8]) -> [(text: [UInt8], window: Int)] {
        func numbers(_ radix: Int, digits: Int, before: String = "") -> [UInt8] {
            bytes.flatMap { byte in
                let number = String(byte, radix: radix)
                return Array((before + String(repeating: "0", count: max(0, digits - number.count)) + number).utf8)
            }
        }
        let groups = (0..<3).map { Array(Data(bytes.dropFirst($0)).base64EncodedString().utf8) }
        var writings: [(text: [UInt8], window: Int)] = [(numbers(16, digits: 2), 16)]
        for group in groups { writings.append((group, 12)) }
        for start in 0..<5 { writings.append((base32(bytes.dropFirst(start)), 13)) }
        writings.append((numbers(16, digits: 2, before: "x"), 18))
        writings.append((numbers(16, digits: 2, before: "0x"), 24))
        writings.append((numbers(16, digits: 4, before: "u"), 25))
        for (radix, digits, window) in [(10, 1, 16), (10, 3, 18), (8, 1, 16), (8, 3, 18), (2, 7, 49), (2, 8, 56)] {
            writings.append((numbers(radix, digits: digits), window))
        }
        return writings
    }

    /// RFC 4648, 6, without padding.
    private static func base32(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var (bits, count) = (0, 0)
        var text: [UInt8] = []
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[bits >> count & 31])
            }
        }
        if count > 0 { text.append(alphabet[bits << (5 - count) & 31]) }
        return text
    }
}
