/// The non-linearity of the feed-forward parts of a CLIP's transformers.
public enum Activation: String, Sendable, Equatable, CaseIterable {
    /// `x · sigmoid(1.702 x)`, in OpenAI's checkpoints.
    case quickGELU = "quick_gelu"
    /// `x · Φ(x)` with the exact error function, in LAION's.
    case gelu
}
