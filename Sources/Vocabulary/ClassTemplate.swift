/// The sentences that class names stand in.
public enum ClassTemplate {
    /// What a class's phrase takes the place of.
    public static let place = "{}"

    /// That of CLIP's and CAP's experiments.
    public static let photo = "a photo of a {}"

    /// Whether a class has exactly one place in `text`.
    public static func isTemplate(_ text: String) -> Bool {
        text.split(separator: place, omittingEmptySubsequences: false).count == 2
    }
}
