/// What is made of a picture where there is a choice. A model sees new images as it saw those that it learned from only if the
/// choices are the same, so artifacts carry them.
public struct Reading: Hashable, Sendable {
    public var orientation = Orientation.asIs
    public var gray16 = Gray16.highByte
    public var damaged = Damaged.skip

    public init(orientation: Orientation = .asIs, gray16: Gray16 = .highByte, damaged: Damaged = .skip) {
        self.orientation = orientation
        self.gray16 = gray16
        self.damaged = damaged
    }
}

/// Whether a picture is turned as its file says.
public enum Orientation: String, CaseIterable, Sendable {
    /// As a person sees it.
    case upright
    /// As Pillow's `Image.open` gives it, and so every CLIP pipeline that is built on it.
    case asIs = "as-is"
}

/// How samples of 16 bits become 8.
public enum Gray16: String, CaseIterable, Sendable {
    /// Their high byte, which is what Pillow takes of 16-bit color. (Of 16-bit gray it makes white.)
    case highByte = "high-byte"
    /// Each image's smallest sample becomes black and its largest white: for data of 10, 12 or 14 bits in 16.
    case stretch
}

/// What becomes of an image whose data are damaged or end early.
public enum Damaged: String, CaseIterable, Sendable {
    case skip
    /// It is read as far as it goes, as Pillow does with `ImageFile.LOAD_TRUNCATED_IMAGES`.
    case keep
}
