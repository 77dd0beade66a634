/// How samples of 16 bits become 8.
public enum Gray16: String, CaseIterable, Sendable {
    /// Their high byte, which is what Pillow takes of 16-bit color. (Of 16-bit gray it makes white.)
    case highByte = "high-byte"
    /// Each image's smallest sample becomes black and its largest white: for data of 10, 12 or 14 bits in 16.
    case stretch
}
