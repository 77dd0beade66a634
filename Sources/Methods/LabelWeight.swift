/// What the loss on labeled images is multiplied with from IFPL's and GRIP's rounds on, in SSL.
public enum LabelWeight: String, Sendable, CaseIterable {
    /// |labeled| / |pseudolabeled|, which falls as pseudolabels grow: what the code computes.
    case reference
    /// |pseudolabeled| / |labeled|, as FPL has it, so that the few labels are not outweighed.
    case balanced
}
