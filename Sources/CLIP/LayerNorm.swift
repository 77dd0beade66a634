import Tensors

/// Layer normalisation over the last dimension.
struct LayerNorm: Sendable {
    let weight: Tensor
    let bias: Tensor
    let epsilon: Double

    init(_ weights: Weights, _ name: String, epsilon: Double) throws {
        weight = try weights("\(name).weight")
        bias = try weights("\(name).bias")
        self.epsilon = epsilon
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.layerNorm(weight: weight, bias: bias, eps: epsilon)
    }
}
