import Tensors

/// The cross-entropy whose wrong classes are handicapped by a margin (CAP, Eq. 1):
/// −log( e^{z_y} / (e^{z_y} + Σ_{c≠y} e^{z_c + M[y,c]}) ), averaged over the samples.
///
/// - Parameters:
///   - logits: `[n, classes]`, fp32.
///   - labels: `[n]`, int64.
///   - margin: M `[classes, classes]` with a zero diagonal.
public func marginLoss(logits: Tensor, labels: Tensor, margin: Tensor) throws -> Tensor {
    let handicapped = try logits + margin.indexSelect(dim: 0, labels)
    let logProbabilities = try handicapped.logSoftmax(dim: 1)
    return try -logProbabilities.gather(dim: 1, labels.unsqueezed(1)).mean()
}
