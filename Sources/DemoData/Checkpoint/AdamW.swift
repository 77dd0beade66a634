import Glibc
import Tensors

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019), as `torch.optim.AdamW` computes it.
struct AdamW {
    private struct Slot {
        let parameter: Tensor
        let decay: Double
        let mean: Tensor
        let square: Tensor
    }

    private let slots: [Slot]
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private var steps = 0

    /// - Parameters:
    ///   - parameters: matrices and embeddings decay; vectors, such as biases and layer norms, do not.
    ///   - weightDecay: multiplied with the learning rate.
    init(
        _ parameters: [Tensor], weightDecay: Double, beta1: Double = 0.9, beta2: Double = 0.98,
        epsilon: Double = 1e-6
    ) throws {
        slots = try parameters.map {
            Slot(
                parameter: $0, decay: $0.rank > 1 ? weightDecay : 0,
                mean: try Tensor.zeros($0.shape), square: try Tensor.zeros($0.shape))
        }
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// Moves every parameter that has a gradient and clears the gradients.
    ///
    /// - Parameter maximumNorm: gradients are scaled down together until their norm is at most this.
    mutating func step(learningRate: Double, maximumNorm: Double) throws {
        steps += 1
        let gradients = try slots.map { try $0.parameter.grad }
        let norm = try gradients.compactMap { $0 }.reduce(0.0) { try $0 + $1.pow(2).sum().item() }.squareRoot()
        let scale = min(1, maximumNorm / (norm + 1e-6))
        let correction1 = 1 - pow(beta1, Double(steps))
        let correction2 = 1 - pow(beta2, Double(steps))
        try withoutGradients {
            for (slot, unscaled) in zip(slots, gradients) {
                guard let gradient = try unscaled.map({ try $0 * scale }) else { continue }
                try slot.mean.multiplyInPlace(beta1)
                try slot.mean.addInPlace(gradient, scale: 1 - beta1)
                try slot.square.multiplyInPlace(beta2)
                try slot.square.addInPlace(gradient * gradient, scale: 1 - beta2)
                let deviation = try slot.square.sqrt() * (1 / correction2.squareRoot()) + epsilon
                try slot.parameter.multiplyInPlace(1 - learningRate * slot.decay)
                try slot.parameter.addInPlace(slot.mean / deviation, scale: -learningRate / correction1)
                try slot.parameter.clearGrad()
            }
        }
    }
}
