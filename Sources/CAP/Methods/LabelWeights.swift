import Methods

/// What the losses on labeled and on pseudolabeled images are multiplied with where they share batches
/// (FPL, IFPL, GRIP; Menghini et al., NeurIPS 2023).
public struct LabelWeights: Sendable, Equatable {
    public private(set) var labeled = 1.0
    public private(set) var pseudolabeled = 1.0

    /// - Parameters:
    ///   - labeled: images with labels that are trained on.
    ///   - pseudolabeled: pseudolabels that are trained on.
    ///   - isTransfer: TRZSL, where the loss on unseen classes is weighted; in SSL that on labeled images is.
    ///   - isIterative: IFPL and GRIP, whose code weights otherwise than FPL's.
    ///   - hasRoot: multimodal prompts, for which FPL's code takes the square root.
    public init(
        labeled: Int, pseudolabeled: Int, isTransfer: Bool, isIterative: Bool, hasRoot: Bool,
        rule: LabelWeight
    ) {
        guard labeled > 0, pseudolabeled > 0 else { return }
        let balance = Double(labeled) / Double(pseudolabeled)
        if isTransfer {
            self.pseudolabeled = hasRoot && !isIterative ? balance.squareRoot() : balance
        } else if isIterative && rule == .reference {
            self.labeled = balance
        } else {
            self.labeled = hasRoot && !isIterative ? (1 / balance).squareRoot() : 1 / balance
        }
    }
}
