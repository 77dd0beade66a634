import Methods
import Tensors

extension ConfusionAwareMargin {
    /// The margins of one epoch.
    public struct Margin: Sendable {
        /// M, `[classes, classes]`: what is added to the logit of the column's class for an image of the row's
        /// class. 0 on the diagonal.
        public let matrix: Tensor
        /// m_c of each class, `[classes]`.
        public let scales: [Float]
    }

    /// No margin at all: the first epoch, and any epoch after one in which no sample passed the threshold.
    public static func none(classCount: Int, device: Device = .cpu) throws -> Margin {
        Margin(
            matrix: try .zeros([classCount, classCount], device: device),
            scales: Array(repeating: 0, count: max(0, classCount)))
    }

    /// The margins that follow from the last epoch.
    ///
    /// - Parameters:
    ///   - confidentCounts: σ, unlabeled samples confidently predicted as each class in the last epoch, `[classes]`.
    ///   - seen: classes with labels in zero-shot transfer, whose share counts as 1; empty elsewhere.
    ///   - prototypes: V, L2-normalised mean image feature of each class's pseudolabels, `[classes, dim]`; a
    ///     class without any stands in with its text feature.
    ///   - text: W, L2-normalised text features, `[classes, dim]`.
    ///   - logitScale: s of the checkpoint.
    public func margin(
        confidentCounts: [Int], seen: [Int], prototypes: Tensor, text: Tensor, logitScale: Double
    ) throws -> Margin {
        let classCount = confidentCounts.count
        guard prototypes.shape == text.shape, text.rank == 2, text.shape[0] == classCount else {
            throw CAPError(
                "Margins of \(classCount) classes cannot be computed from prototypes \(prototypes.shape) and text "
                    + "features \(text.shape).")
        }
        guard let scales = scales(confidentCounts: confidentCounts, seen: seen, logitScale: logitScale) else {
            return try Self.none(classCount: classCount, device: text.device)
        }
        let similarity = try similarity(prototypes: prototypes, text: text)
        var weights = scales.flatMap { [Float](repeating: $0, count: classCount) }
        for label in 0..<classCount { weights[label * classCount + label] = 0 }
        let matrix = try similarity * Tensor(weights, shape: [classCount, classCount]).to(text.device)
        return Margin(matrix: matrix, scales: scales)
    }

    /// S = max(V·Vᵀ, W·Wᵀ), with its rows rescaled if the rule says so, `[classes, classes]`.
    public func similarity(prototypes: Tensor, text: Tensor) throws -> Tensor {
        let similarity = try prototypes.matmul(prototypes.transposed(0, 1))
            .maximum(text.matmul(text.transposed(0, 1)))
        guard similarityRule == .rescaled else { return similarity }
        let low = try similarity.min(dim: 1).values.unsqueezed(1)
        let high = try similarity.max(dim: 1).values.unsqueezed(1)
        // A row whose similarities are all equal (one class, or identical ones) stays as it is: its range is 0.
        let range = try (high - low).clamped(min: 1e-12)
        return try low + (similarity - low) / range * (1 - low)
    }
}
