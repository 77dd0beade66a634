import Tensors

/// A residual bottleneck on L2-normalised features: x + 0.01 · (W₂·relu(W₁·x + b₁) + b₂), renormalised
/// (CAP, section 4.2). Training has three of them; none is used at inference.
public struct Adapter: Sendable {
    /// The share of the bottleneck's output that is added to the feature.
    public static let ratio = 0.01

    /// W₁ `[hidden, dim]` and b₁ `[hidden]`.
    public let downWeight: Tensor, downBias: Tensor
    /// W₂ `[dim, hidden]` and b₂ `[dim]`.
    public let upWeight: Tensor, upBias: Tensor

    /// Weights and biases uniform in ±1/√(inputs), as PyTorch initialises a linear layer.
    public init(
        dim: Int, hidden: Int = 128, device: Device, using generator: inout SeededGenerator
    ) throws {
        downWeight = try .parameter(uniform: [hidden, dim], inputs: dim, device, &generator)
        downBias = try .parameter(uniform: [hidden], inputs: dim, device, &generator)
        upWeight = try .parameter(uniform: [dim, hidden], inputs: hidden, device, &generator)
        upBias = try .parameter(uniform: [dim], inputs: hidden, device, &generator)
    }

    /// Adapts normalised `features` `[n, dim]`.
    public func callAsFunction(_ features: Tensor) throws -> Tensor {
        let hidden = try features.linear(weight: downWeight, bias: downBias).relu()
        let change = try hidden.linear(weight: upWeight, bias: upBias)
        return try (features + change * Self.ratio).l2Normalized()
    }

    /// The parameters by the names they have in an artifact.
    public var parameters: [NamedParameter] {
        [
            NamedParameter("down_weight", downWeight), NamedParameter("down_bias", downBias),
            NamedParameter("up_weight", upWeight), NamedParameter("up_bias", upBias),
        ]
    }
}
