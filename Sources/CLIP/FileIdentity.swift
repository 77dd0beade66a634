import CXXHash
import FoundationEssentials

/// A name for the exact contents of files: 32 hexadecimal digits of XXH3-128 over their names and bytes.
///
/// Two folders with the same files have the same identity wherever they lie; one changed byte changes it.
///
/// - Parameter settings: what the contents are read as besides, where files alone do not say it.
func fileIdentity(_ files: [URL], settings: [String] = []) throws -> String {
    guard let state = XXH3_createState() else {
        throw CLIPError("There is no memory left to hash the checkpoint.")
    }
    defer { XXH3_freeState(state) }
    XXH3_128bits_reset(state)
    func update(_ bytes: [UInt8]) {
        cxxhash_update(state, bytes, bytes.count)
    }
    for url in files.sorted(by: { $0.lastPathComponent < $1.lastPathComponent }) {
        let file = try ReadableFile(url)
        // The length stands before the bytes, so that bytes cannot move from one file to the next unnoticed.
        update(Array("\(url.lastPathComponent)\u{0}\(file.size)\u{0}".utf8))
        var start = 0
        while start < file.size {
            let end = min(start + 1 << 22, file.size)
            update(try file.bytes(start..<end))
            start = end
        }
    }
    for setting in settings { update(Array("\(setting)\u{0}".utf8)) }
    var canonical = XXH128_canonical_t()
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state))
    return withUnsafeBytes(of: canonical) { bytes in
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }
}
