import CTorch

extension Tensor {
    /// Matrix product over the last two dimensions.
    public func matmul(_ other: Tensor) throws -> Tensor { try Tensor(owning: ct_matmul(pointer, other.pointer)) }

    /// x · weightᵀ + bias over the last dimension; weight `[out, in]`, bias `[out]`.
    public func linear(weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
        try Tensor(owning: ct_linear(pointer, weight.pointer, bias?.pointer))
    }

    /// Layer normalisation over the last dimension(s), those of `weight`.
    public func layerNorm(weight: Tensor, bias: Tensor, eps: Double) throws -> Tensor {
        try Tensor(owning: ct_layer_norm(pointer, weight.pointer, bias.pointer, eps))
    }

    /// x · sigmoid(1.702 x), OpenAI CLIP's activation.
    public func quickGELU() throws -> Tensor { try Tensor(owning: ct_quick_gelu(pointer)) }

    /// x · sigmoid(x).
    public func silu() throws -> Tensor { try Tensor(owning: ct_silu(pointer)) }

    /// The exact Gaussian error linear unit.
    public func gelu() throws -> Tensor { try Tensor(owning: ct_gelu(pointer)) }

    /// Scaled dot-product attention; query, key and value `[batch, heads, positions, head dim]`.
    ///
    /// - Parameters:
    ///   - causal: a query sees the keys up to its own position.
    ///   - mask: true where a query sees a key, or added to its score, in the query's type; broadcast to `[batch, heads, queries, keys]`; instead of `causal`.
    public static func attention(
        query: Tensor, key: Tensor, value: Tensor, causal: Bool = false, mask: Tensor? = nil
    ) throws -> Tensor {
        try Tensor(owning: ct_attention(query.pointer, key.pointer, value.pointer, causal, mask?.pointer))
    }

    public func softmax(dim: Int) throws -> Tensor { try Tensor(owning: ct_softmax(pointer, Int32(dim))) }
    public func logSoftmax(dim: Int) throws -> Tensor { try Tensor(owning: ct_log_softmax(pointer, Int32(dim))) }

    /// The rows of this `[count, width]` table at `ids`: `[ids…, width]`.
    public func embedding(_ ids: Tensor) throws -> Tensor { try Tensor(owning: ct_embedding(pointer, ids.pointer)) }

    /// Divides by the Euclidean norm along `dim`.
    public func l2Normalized(dim: Int = -1) throws -> Tensor { try self / norm(dim: dim, keepDim: true) }
}
