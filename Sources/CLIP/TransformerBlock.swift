import Tensors
import Vocabulary

/// One residual block of either tower: attention, then feed-forward, each behind its layer norm.
///
/// Follows `CLIPEncoderLayer` of `transformers` and `ResidualAttentionBlock` of openai/CLIP.
public struct TransformerBlock: Sendable {
    let attentionNorm: LayerNorm
    let attention: SelfAttention
    let feedForwardNorm: LayerNorm
    let feedForward: FeedForward

    /// - Parameter isLast: whether the block computes one token per sequence: too few rows to pack weights for.
    init(_ weights: Weights, _ name: String, _ config: TransformerConfig, isLast: Bool) throws {
        let packs = weights.areFrozen && !isLast
        attentionNorm = try LayerNorm(weights, "\(name).layer_norm1", epsilon: config.layerNormEpsilon)
        attention = try SelfAttention(weights, "\(name).self_attn", heads: config.heads, packs: packs)
        feedForwardNorm = try LayerNorm(weights, "\(name).layer_norm2", epsilon: config.layerNormEpsilon)
        feedForward = try FeedForward(weights, "\(name).mlp", config.activation, packs: packs)
    }

    /// - Parameters:
    ///   - x: `[batch, tokens, width]`, and so is the result.
    ///   - context: hidden states in front of every sequence that its tokens see, `[count, width]`: what is the same
    ///     for the whole batch is computed once.
    ///   - visibility: which tokens see which.
    public func callAsFunction(
        _ x: Tensor, context: Tensor? = nil, visibility: AttentionVisibility = .all
    ) throws -> Tensor {
        let mixed = try attention(
            attentionNorm(x), context: context.map { try attentionNorm($0) }, visibility: visibility)
        return try fedForward(x + mixed)
    }

    /// What the block makes of one token per sequence, at the cost of that token: `[batch, width]`.
    ///
    /// - Parameter tokens: the hidden states in `x` of those tokens, `[batch, width]`.
    public func callAsFunction(
        only tokens: Tensor, in x: Tensor, context: Tensor? = nil, visibility: AttentionVisibility = .all
    ) throws -> Tensor {
        let mixed = try attention(
            only: attentionNorm(tokens), in: attentionNorm(x), context: context.map { try attentionNorm($0) },
            visibility: visibility)
        return try fedForward(tokens + mixed)
    }

    private func fedForward(_ x: Tensor) throws -> Tensor {
        try x + feedForward(feedForwardNorm(x))
    }
}

/// Which keys a query of an attention sees.
public enum AttentionVisibility: Sendable {
    case all
    /// Its own and the ones before it, where there is no context.
    case causal
    /// Where `mask` is true, or by what is added to the scores; broadcast to `[batch, heads, queries, keys]`, the context's keys first.
    case masked(Tensor)

    fileprivate var isCausal: Bool { if case .causal = self { true } else { false } }
    fileprivate var mask: Tensor? { if case .masked(let mask) = self { mask } else { nil } }
}

/// Multi-head self-attention.
struct SelfAttention: Sendable {
    /// Query, key and value in one matrix, `[3 · width, width]`: one large product is faster than three small
    /// ones.
    let input: Linear
    let output: Linear
    let heads: Int

    init(_ weights: Weights, _ name: String, heads: Int, packs: Bool) throws {
        func joined(_ kind: String) throws -> Tensor {
            try Tensor.concat(["q", "k", "v"].map { try weights("\(name).\($0)_proj.\(kind)") }, dim: 0)
        }
        input = try Linear(weight: joined("weight"), bias: joined("bias"), packs: packs)
        output = try Linear(weights, "\(name).out_proj", packs: packs)
        self.heads = heads
    }

    func callAsFunction(_ x: Tensor, context: Tensor?, visibility: AttentionVisibility) throws -> Tensor {
        let projected = try project(x, 0..<3)
        return try attend(
            query: projected[0], key: projected[1], value: projected[2], context: context, visibility: visibility)
    }

    /// - Parameter tokens: `[batch, width]`, and so is the result.
    func callAsFunction(
        only tokens: Tensor, in x: Tensor, context: Tensor?, visibility: AttentionVisibility
    ) throws -> Tensor {
        let projected = try project(x, 1..<3)
        return try attend(
            query: project(tokens.unsqueezed(1), 0..<1)[0], key: projected[0], value: projected[1],
            context: context, visibility: visibility
        ).squeezed(1)
    }

    /// Some of query (0), key (1) and value (2), each `[batch, tokens, heads, width / heads]`.
    private func project(_ x: Tensor, _ parts: Range<Int>) throws -> [Tensor] {
        let shape = x.shape
        return try input(x, parts: parts, of: 3)
            .reshaped([shape[0], shape[1], parts.count, heads, shape[2] / heads])
            .unbound(dim: 2)
    }

    private func attend(
        query: Tensor, key: Tensor, value: Tensor, context: Tensor?, visibility: AttentionVisibility
    ) throws -> Tensor {
        var (query, key, value) = (query, key, value)
        if let context {
            // Key and value are copied to stand behind the context's; alone, the query does not keep their first places in a GPU's memory
            // until the gradients are known.
            if query.device != .cpu { query = try query.cloned() }
            let projected = try project(context.unsqueezed(0), 1..<3)
            func joined(_ context: Tensor, _ own: Tensor) throws -> Tensor {
                try Tensor.concat([context.expanded([own.shape[0]] + context.shape[1...]), own], dim: 1)
            }
            key = try joined(projected[0], key)
            value = try joined(projected[1], value)
        }
        let shape = query.shape
        let mixed = try Tensor.attention(
            query: query.transposed(1, 2), key: key.transposed(1, 2), value: value.transposed(1, 2),
            causal: visibility.isCausal, mask: visibility.mask)
        return try output(mixed.transposed(1, 2).reshaped([shape[0], shape[1], shape[2] * shape[3]]))
    }
}

/// Two linear layers with the activation between them.
struct FeedForward: Sendable {
    let inner: Linear
    let outer: Linear
    private let activate: @Sendable (Tensor) throws -> Tensor

    init(_ weights: Weights, _ name: String, _ activation: Activation, packs: Bool) throws {
        inner = try Linear(weights, "\(name).fc1", packs: packs)
        outer = try Linear(weights, "\(name).fc2", packs: packs)
        activate =
            switch activation {
            case .quickGELU where weights.quickGELUIsFolded: { try $0.silu() }
            case .quickGELU: { try $0.quickGELU() }
            case .gelu: { try $0.gelu() }
            }
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        try outer(activate(inner(x)))
    }
}
