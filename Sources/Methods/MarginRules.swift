/// How a class's share of confident predictions becomes the scale of its margin.
public enum MarginScaleRule: String, Sendable, CaseIterable {
    /// m · Δ · (1 − r) / (1 + r) (the authors' implementation).
    case ratio
    /// m · Δ · (1 − r) (as the paper is commonly quoted).
    case linear
}

/// What becomes of the similarities between classes before they are scaled to margins.
public enum MarginSimilarityRule: String, Sendable, CaseIterable {
    /// Each row is stretched from [min, max] to [min, 1] (the authors' implementation).
    case rescaled
    /// As they are (the paper).
    case plain
}
