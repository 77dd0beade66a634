import Tensors

/// One residual block of either tower: attention, then feed-forward, each behind its layer norm.
///
/// Follows `CLIPEncoderLayer` of `transformers` and `ResidualAttentionBlock` of openai/CLIP.
public struct TransformerBlock: Sendable {
    let attentionNorm: LayerNorm
    let attention: SelfAttention
    let feedForwardNorm: LayerNorm
    let feedForward: FeedForward

    init(_ weights: Weights, _ name: String, _ config: TransformerConfig, causal: Bool) throws {
        attentionNorm = try LayerNorm(weights, "\(name).layer_norm1", epsilon: config.layerNormEpsilon)
        attention = try SelfAttention(weights, "\(name).self_attn", heads: config.heads, causal: causal)
        feedForwardNorm = try LayerNorm(weights, "\(name).layer_norm2", epsilon: config.layerNormEpsilon)
        feedForward = try FeedForward(weights, "\(name).mlp", config.activation)
    }

    /// - Parameter x: `[batch, tokens, width]`, and so is the result.
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        let x = try x + attention(attentionNorm(x))
        return try x + feedForward(feedForwardNorm(x))
    }
}

/// Multi-head self-attention; with `causal`, a token sees itself and the ones before it.
struct SelfAttention: Sendable {
    /// Query, key and value in one matrix, `[3 · width, width]`: one large product is faster than three small
    /// ones.
    let inputWeight: Tensor
    let inputBias: Tensor
    let outputWeight: Tensor
    let outputBias: Tensor
    let heads: Int
    let causal: Bool

    init(_ weights: Weights, _ name: String, heads: Int, causal: Bool) throws {
        inputWeight = try Tensor.concat(
            ["q", "k", "v"].map { try weights("\(name).\($0)_proj.weight") }, dim: 0)
        inputBias = try Tensor.concat(["q", "k", "v"].map { try weights("\(name).\($0)_proj.bias") }, dim: 0)
        outputWeight = try weights("\(name).out_proj.weight")
        outputBias = try weights("\(name).out_proj.bias")
        self.heads = heads
        self.causal = causal
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
        let projected = try x.linear(weight: inputWeight, bias: inputBias)
            .reshaped([batch, tokens, 3, heads, width / heads])
            .permuted([2, 0, 3, 1, 4])
        let mixed = try Tensor.attention(
            query: projected.select(dim: 0, index: 0), key: projected.select(dim: 0, index: 1),
            value: projected.select(dim: 0, index: 2), causal: causal)
        return try mixed.transposed(1, 2).reshaped([batch, tokens, width])
            .linear(weight: outputWeight, bias: outputBias)
    }
}

/// Two linear layers with the activation between them.
struct FeedForward: Sendable {
    let innerWeight: Tensor
    let innerBias: Tensor
    let outerWeight: Tensor
    let outerBias: Tensor
    let activation: Activation

    init(_ weights: Weights, _ name: String, _ activation: Activation) throws {
        innerWeight = try weights("\(name).fc1.weight")
        innerBias = try weights("\(name).fc1.bias")
        outerWeight = try weights("\(name).fc2.weight")
        outerBias = try weights("\(name).fc2.bias")
        self.activation = activation
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let inner = try x.linear(weight: innerWeight, bias: innerBias)
        let active =
            switch activation {
            case .quickGELU: try inner.quickGELU()
            case .gelu: try inner.gelu()
            }
        return try active.linear(weight: outerWeight, bias: outerBias)
    }
}
