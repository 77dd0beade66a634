import CLIP
import Tensors

/// Text and visual tokens that a small transformer makes of one another (UPT, Zang et al., 2022, as GRIP uses it).
///
/// Embeddings of either side are projected to 128 dimensions, go through one transformer block and are projected back.
public struct UPTPrompts: Prompts {
    /// Number of tokens on either side.
    public static let context = 4
    /// Width of the transformer between them.
    public static let width = 128

    /// Which tokens see each other in the block.
    public enum Attention: String, Sendable, CaseIterable {
        /// The text token and the visual token of the same place only: what the reference computes, whose
        /// transformer takes the axis of modalities for the sequence.
        case pairs
        /// All eight, as UPT is described.
        case joint
    }

    private let attention: Attention
    private let tensors: [NamedParameter]

    /// The order in which tensors stand in `tensors`.
    private enum Part: Int, CaseIterable {
        case text, visual
        case textDownWeight, textDownBias, visualDownWeight, visualDownBias
        case norm1Weight, norm1Bias, inputWeight, inputBias, outputWeight, outputBias
        case norm2Weight, norm2Bias, innerWeight, innerBias, outerWeight, outerBias
        case textUpWeight, textUpBias, visualUpWeight, visualUpBias
    }

    private subscript(_ part: Part) -> Tensor { tensors[part.rawValue].value }

    /// - Parameter patchSize: of the vision encoder; the visual embeddings' range depends on it.
    public init(
        textWidth: Int, visionWidth: Int, patchSize: Int, attention: Attention = .pairs, device: Device, seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed, stream: RandomStream.prompts)
        let width = Self.width
        func uniform(_ shape: [Int], inputs: Int) throws -> Tensor {
            try .parameter(uniform: shape, inputs: inputs, device, &generator)
        }
        func constant(_ value: Double, _ shape: [Int]) throws -> Tensor {
            try Tensor.full(value, shape: shape, device: device).asParameter()
        }
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws -> [NamedParameter] {
            try [
                NamedParameter("\(name)_weight", uniform([outputs, inputs], inputs: inputs)),
                NamedParameter("\(name)_bias", uniform([outputs], inputs: inputs)),
            ]
        }
        func norm(_ name: String) throws -> [NamedParameter] {
            try [
                NamedParameter("\(name)_weight", constant(1, [width])),
                NamedParameter("\(name)_bias", constant(0, [width])),
            ]
        }
        var tensors: [NamedParameter] = []
        tensors += try [
            NamedParameter(
                "text_context", .parameter(normal: [Self.context, textWidth], deviation: 0.02, device, &generator)),
            // ±√(6 / (fan in + fan out)), with the patch counted as the fan in: 0.0395 for ViT-B/32.
            NamedParameter(
                "visual_context",
                .parameter(
                    [Self.context, visionWidth], within: (6 / Double(3 * patchSize * patchSize + visionWidth)).squareRoot(),
                    device, &generator)),
        ]
        tensors += try linear("text_down", textWidth, width) + linear("visual_down", visionWidth, width)
        tensors += try norm("attention_norm")
        tensors += try [
            // Glorot's range of a [3 · width, width] matrix, and no biases: PyTorch's multi-head attention.
            NamedParameter(
                "input_weight",
                .parameter([3 * width, width], within: (6 / Double(4 * width)).squareRoot(), device, &generator)),
            NamedParameter("input_bias", constant(0, [3 * width])),
            NamedParameter("output_weight", uniform([width, width], inputs: width)),
            NamedParameter("output_bias", constant(0, [width])),
        ]
        tensors += try norm("feed_forward_norm")
        tensors += try linear("inner", width, 4 * width) + linear("outer", 4 * width, width)
        tensors += try linear("text_up", width, textWidth) + linear("visual_up", width, visionWidth)
        self.tensors = tensors
        self.attention = attention
    }

    public var parameters: [NamedParameter] { tensors.map { $0.within(.prompts) } }

    public func text() throws -> DeepPrompts? {
        let tokens = try mixed().select(dim: 0, index: 0)
        return DeepPrompts(shallow: try tokens.linear(weight: self[.textUpWeight], bias: self[.textUpBias]))
    }

    public func vision() throws -> DeepPrompts? {
        let tokens = try mixed().select(dim: 0, index: 1)
        return DeepPrompts(shallow: try tokens.linear(weight: self[.visualUpWeight], bias: self[.visualUpBias]))
    }

    /// Text and visual tokens after the block, `[2, context, width]`.
    private func mixed() throws -> Tensor {
        let text = try self[.text].linear(weight: self[.textDownWeight], bias: self[.textDownBias])
        let visual = try self[.visual].linear(weight: self[.visualDownWeight], bias: self[.visualDownBias])
        let both = try Tensor.stack([text, visual])
        switch attention {
        case .pairs: return try block(both.transposed(0, 1)).transposed(0, 1)
        case .joint: return try block(both.reshaped([1, 2 * Self.context, Self.width])).reshaped(both.shape)
        }
    }

    /// A residual block with one head: `[batch, tokens, width]`.
    private func block(_ x: Tensor) throws -> Tensor {
        let normed = try x.layerNorm(weight: self[.norm1Weight], bias: self[.norm1Bias], eps: 1e-5)
        let projected = try normed.linear(weight: self[.inputWeight], bias: self[.inputBias]).unsqueezed(1)
        let parts = try (0..<3).map { try projected.narrow(dim: 3, start: $0 * Self.width, length: Self.width) }
        let mixed = try Tensor.attention(query: parts[0], key: parts[1], value: parts[2], causal: false).squeezed(1)
        let attended = try x + mixed.linear(weight: self[.outputWeight], bias: self[.outputBias])
        let inner = try attended.layerNorm(weight: self[.norm2Weight], bias: self[.norm2Bias], eps: 1e-5)
            .linear(weight: self[.innerWeight], bias: self[.innerBias]).quickGELU()
        return try attended + inner.linear(weight: self[.outerWeight], bias: self[.outerBias])
    }
}
