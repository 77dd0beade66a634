import Methods
import Tensors

extension PartialLabelLoss {
    private static let epsilon = 1e-7
    private static let exponent = 0.7

    /// The mean over the samples.
    ///
    /// - Parameters:
    ///   - logits: `[n, classes]`.
    ///   - labels: y `[n, classes]`, 0 where a class is no candidate.
    ///   - confidences: w `[n, classes]`, for the losses that have one.
    ///   - count: of the samples that the mean is over, where these are a process's share of them.
    public func callAsFunction(
        logits: Tensor, labels: Tensor, confidences: Tensor, of count: Int? = nil
    ) throws -> Tensor {
        switch self {
        case .cc:
            // Relative to the largest candidate, so that the sum stays above 0 where all of them are improbable.
            let isCandidate = try labels.isGreater(than: 0).to(.float32)
            let candidates = try logits.logSoftmax(dim: 1) + (1 - isCandidate) * -1e30
            let largest = try candidates.max(dim: 1).values.detached()
            let sum = try ((candidates - largest.unsqueezed(1)).exp() * labels).sum(dim: 1)
            return try -(sum.log() + largest).mean(of: count)
        case .ce:
            return try -(logits.logSoftmax(dim: 1) * labels).sum(dim: 1).mean(of: count)
        case .gce:
            let q = try logits.softmax(dim: 1) + Self.epsilon
            let terms = try (1 - q.pow(Self.exponent)) / Self.exponent
            let isCandidate = try labels.isGreater(than: 0).to(.float32)
            return try (terms * isCandidate + (1 - isCandidate) * Self.epsilon).sum(dim: 1).mean(of: count)
        case .rcRC, .rcCAV:
            return try -(logits.logSoftmax(dim: 1) * confidences).sum(dim: 1).mean(of: count)
        case .lwLW:
            let q = try logits.softmax(dim: 1)
            let isCandidate = try labels.isGreater(than: 0).to(.float32)
            let up = try -(q + Self.epsilon).log() * isCandidate * confidences
            let down = try -((1 - q) + Self.epsilon).log() * (1 - isCandidate) * confidences
            return try (up + 2 * down).sum(dim: 1).mean(of: count)
        }
    }

    /// w before the first epoch: y as shares.
    public static func initialConfidences(labels: Tensor) throws -> Tensor {
        try labels / labels.sum(dim: 1, keepDim: true).clamped(min: epsilon)
    }

    /// w after an epoch: shares below 10⁻⁶ become 0 and the others are brought to a sum of 1. With `lwLW` candidates and others
    /// have half of it each.
    ///
    /// - Parameter logits: of the same samples by the model as it is, `[n, classes]`.
    public func renewedConfidences(logits: Tensor, labels: Tensor) throws -> Tensor {
        func shares(_ values: Tensor) throws -> Tensor {
            try values / values.sum(dim: 1, keepDim: true).clamped(min: 1e-30)
        }
        func cleaned(_ confidences: Tensor) throws -> Tensor {
            try shares(confidences * confidences.isGreater(than: 1e-6).to(.float32))
        }
        let isCandidate = try labels.isGreater(than: 0).to(.float32)
        switch self {
        case .rcCAV:
            // A candidate may have a negative score, and so be less than the zero of the others.
            let scores = try logits * (1 - logits).abs()
            let impossible = try (1 - isCandidate) * -1e30
            let best = try (scores * labels + impossible).argmax(dim: 1)
            let classCount = labels.shape[1]
            return try Tensor.arange(classCount, device: labels.device).equals(best.unsqueezed(1)).to(.float32)
        case .lwLW:
            let q = try logits.softmax(dim: 1)
            return try cleaned(shares(q * isCandidate) + shares(q * (1 - isCandidate)))
        case .cc, .ce, .gce, .rcRC:
            return try cleaned(shares(logits.softmax(dim: 1) * labels))
        }
    }
}
