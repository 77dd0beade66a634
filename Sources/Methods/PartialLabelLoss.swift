/// A loss over candidate labels, with q = softmax(logits), y the labels and w the confidences of each candidate; with one
/// candidate all but `gce` and `lwLW` are the cross-entropy.
public enum PartialLabelLoss: String, Sendable, CaseIterable {
    /// −log Σ q_c y_c: the classifier-consistent loss (Feng et al., NeurIPS 2020); CPL's choice.
    case cc
    /// −Σ y_c log q_c.
    case ce
    /// Σ over candidates of (1 − q_c^0.7) / 0.7: generalised cross-entropy.
    case gce
    /// −Σ w_c log q_c, w renewed as q over the candidates (risk-consistent; Feng et al., NeurIPS 2020).
    case rcRC = "rc-rc"
    /// The same with w renewed as the one candidate of the largest z_c · |1 − z_c|, z the logits (CAVL).
    case rcCAV = "rc-cav"
    /// Candidates pulled up and the others pushed down, twice as hard, each weighted by w (Wen et al., ICML 2021).
    case lwLW = "lw-lw"

    /// Whether w changes from epoch to epoch.
    public var renewsConfidences: Bool { self == .rcRC || self == .rcCAV || self == .lwLW }
}
