/// The text of a class before anything is learned, which the first pseudolabels of FPL, IFPL and GRIP are scored with.
public enum FirstText: String, Sendable, CaseIterable, ParameterValue {
    /// "a photo of a {}banded": the reference joins template and name, and the braces stay.
    case literal
    /// "a photo of a banded", as features.h5 has it.
    case formatted
}
