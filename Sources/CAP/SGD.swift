import Tensors

/// Stochastic gradient descent with momentum and weight decay, as PyTorch computes it:
/// v ← 0.9 v + (g + decay · p), p ← p − rate · v. A parameter without a gradient is left alone.
public struct SGD: Sendable {
    public let parameters: [NamedParameter]
    /// v of every parameter, in their order and of their shapes; zero before the first step.
    public let momenta: [Tensor]
    public let momentum: Double
    public let weightDecay: Double

    public init(_ parameters: [NamedParameter], momentum: Double = 0.9, weightDecay: Double = 0.1) throws {
        self.parameters = parameters
        self.momentum = momentum
        self.weightDecay = weightDecay
        momenta = try parameters.map { try Tensor.zeros($0.value.shape, device: $0.value.device) }
    }

    /// Changes every parameter by its gradient, which is then cleared.
    ///
    /// - Parameter limit: gradients are scaled so that all of them together are at most this long; nil for no limit.
    public func step(rate: Double, gradientNorm limit: Double? = nil) throws {
        if let limit { try limitGradients(to: limit) }
        for (parameter, velocity) in zip(parameters, momenta) {
            guard let gradient = try parameter.value.grad else { continue }
            try velocity.multiplyInPlace(momentum)
            try velocity.addInPlace(gradient)
            try velocity.addInPlace(parameter.value, scale: weightDecay)
            try parameter.value.addInPlace(velocity, scale: -rate)
            try parameter.value.clearGrad()
        }
    }

    /// The same on a device, which is not waited for.
    ///
    /// - Parameters:
    ///   - rate: a single number.
    ///   - condition: for a parameter that is left alone unless something holds: that, as a single truth.
    func step(rate: Tensor, onlyIf condition: (NamedParameter) -> Tensor?) throws {
        for (parameter, velocity) in zip(parameters, momenta) {
            guard let gradient = try parameter.value.grad else { continue }
            if let condition = condition(parameter) {
                let next = try velocity * momentum + gradient + parameter.value.detached() * weightDecay
                try velocity.assign(.choose(condition, next, else: velocity))
                try parameter.value.assign(.choose(condition, parameter.value.detached() - next * rate, else: parameter.value))
            } else {
                try velocity.multiplyInPlace(momentum)
                try velocity.addInPlace(gradient)
                try velocity.addInPlace(parameter.value, scale: weightDecay)
                try parameter.value.addProductInPlace(velocity, rate, scale: -1)
            }
            try parameter.value.clearGrad()
        }
    }

    /// Sums the gradients over all processes; a parameter that has one in some of them gets it in all of them.
    func sumGradients(over group: ProcessGroup) throws {
        guard !group.isAlone, let device = parameters.first?.value.device else { return }
        let gradients = try parameters.map { try $0.value.grad }
        let holders = try group.sums(gradients.map { $0 == nil ? 0 : 1 })
        let present = parameters.indices.filter { holders[$0] > 0 }
        guard !present.isEmpty else { return }
        let counts = present.map { parameters[$0].value.count }
        let all = try Tensor.concat(
            zip(present, counts).map { try gradients[$0]?.reshaped([$1]) ?? .zeros([$1], device: device) }, dim: 0)
        try group.sum(all)
        var start = 0
        for (index, count) in zip(present, counts) {
            let value = parameters[index].value
            try value.setGrad(all.narrow(dim: 0, start: start, length: count).reshaped(value.shape))
            start += count
        }
    }

    /// Makes parameters and momenta those of the first process, bit by bit.
    public func broadcast(in group: ProcessGroup) throws {
        guard !group.isAlone else { return }
        for tensor in parameters.map(\.value) + momenta {
            let values = try tensor.detached().cloned()
            try group.broadcast(values)
            try tensor.assign(values)
        }
    }

    /// Scales gradients as `torch.nn.utils.clip_grad_norm_` does.
    private func limitGradients(to longest: Double) throws {
        let gradients = try parameters.compactMap { try $0.value.grad }
        guard gradients.allSatisfy({ $0.device == .cpu }) else { return try limit(gradients, to: longest) }
        let norm = try gradients.reduce(0) { try $0 + ($1 * $1).sum().item() }.squareRoot()
        let scale = longest / (norm + 1e-6)
        guard scale < 1 else { return }
        for gradient in gradients { try gradient.multiplyInPlace(scale) }
    }

    /// The same on a device, which is not waited for.
    private func limit(_ gradients: [Tensor], to longest: Double) throws {
        guard !gradients.isEmpty else { return }
        let norm = try Tensor.stack(gradients.map { try ($0 * $0).sum() }).sum().sqrt()
        let scale = try ((norm + 1e-6).pow(-1) * longest).clamped(max: 1)
        for gradient in gradients { try gradient.assign(gradient * scale) }
    }
}
