/// Whether a picture is turned as its file says.
public enum Orientation: String, CaseIterable, Sendable {
    /// As a person sees it.
    case upright
    /// As Pillow's `Image.open` gives it, and so every CLIP pipeline that is built on it.
    case asIs = "as-is"
}
