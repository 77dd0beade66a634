import Tensors

/// Learned context tokens for one encoder, in MaPLe's arrangement (Khattak et al., CVPR 2023).
///
/// `shallow` enters before the first block. Before block i (counted from 0), `deep[i − 1]` takes the place of
/// what the blocks so far made of the context; after the last deep prompt the context flows on as any other
/// token. Gradients flow to every tensor here.
public struct DeepPrompts: Sendable {
    /// `[context, width]`.
    public var shallow: Tensor
    /// Each `[context, width]`; MaPLe of depth J has J − 1 of them.
    public var deep: [Tensor]

    public init(shallow: Tensor, deep: [Tensor] = []) {
        self.shallow = shallow
        self.deep = deep
    }

    /// Number of context tokens.
    public var context: Int { shallow.shape.first ?? 0 }

    /// The prompt that takes its place before block `index`, if there is one.
    func replacement(before index: Int) -> Tensor? {
        deep.indices.contains(index - 1) ? deep[index - 1] : nil
    }

    func check(width: Int, layers: Int, encoder: String) throws {
        for prompt in [shallow] + deep where prompt.shape != [context, width] || context < 1 {
            throw CLIPError(
                "A \(encoder) prompt has the shape \(prompt.shape) where [context, \(width)] is needed.")
        }
        guard deep.count < layers else {
            throw CLIPError(
                "\(deep.count) deep \(encoder) prompts were given; \(layers) blocks take at most \(layers - 1)."
            )
        }
    }
}

extension Tensor {
    /// Puts `tokens` `[count, width]` behind every sequence of this `[batch, tokens, width]`.
    func appendingTokens(_ tokens: Tensor) throws -> Tensor {
        try Tensor.concat([self, tokens.repeated(for: self)], dim: 1)
    }

    /// Puts `tokens` `[count, width]` in the place of as many tokens of every sequence of this
    /// `[batch, tokens, width]`, from `start` on.
    func replacingTokens(from start: Int, with tokens: Tensor) throws -> Tensor {
        let end = start + tokens.shape[0]
        return try Tensor.concat(
            [
                narrow(dim: 1, start: 0, length: start),
                tokens.repeated(for: self),
                narrow(dim: 1, start: end, length: shape[1] - end),
            ], dim: 1)
    }

    /// `[count, width]` once for every sequence of `sequences`, in their type.
    private func repeated(for sequences: Tensor) throws -> Tensor {
        try to(sequences.dtype).unsqueezed(0).expanded([sequences.shape[0]] + shape)
    }
}
