import Tensors

/// The cross-entropy whose wrong classes are handicapped by a margin (CAP, Eq. 1):
/// −log( e^{z_y} / (e^{z_y} + Σ_{c≠y} e^{z_c + M[y,c]}) ), averaged over the samples.
///
/// - Parameters:
///   - logits: `[n, classes]`, fp32.
///   - labels: `[n]`, int64.
///   - margin: M `[classes, classes]` with a zero diagonal.
///   - count: of the samples that the average is over, where these are a process's share of them; then the processes' losses add up
///     to it.
public func marginLoss(logits: Tensor, labels: Tensor, margin: Tensor, of count: Int? = nil) throws -> Tensor {
    try -handicappedLogProbabilities(logits: logits, labels: labels, margin: margin).mean(of: count)
}

/// The same, averaged over the samples where `counted` is true; 0 where it is nowhere.
///
/// - Parameters:
///   - counted: truths, `[n]`.
///   - count: how many are, of all processes' samples; nil for those of these.
func marginLoss(
    logits: Tensor, labels: Tensor, margin: Tensor, counted: Tensor, of count: Tensor? = nil
) throws -> Tensor {
    let logProbabilities = try handicappedLogProbabilities(logits: logits, labels: labels, margin: margin).squeezed(1)
    let share = try counted.to(.float32)
    return try -(logProbabilities * share).sum() / (count ?? share.sum()).clamped(min: 1)
}

extension Tensor {
    /// The mean of the elements; where they are some of `count`, their part of the mean of all.
    func mean(of count: Int?) throws -> Tensor {
        guard let count, count != self.count else { return try mean() }
        return try sum() / Double(count)
    }
}

/// The logarithm of each sample's probability under the margin, `[n, 1]`.
private func handicappedLogProbabilities(logits: Tensor, labels: Tensor, margin: Tensor) throws -> Tensor {
    let handicapped = try logits + margin.indexSelect(dim: 0, labels)
    return try handicapped.logSoftmax(dim: 1).gather(dim: 1, labels.unsqueezed(1))
}
