import CLIP
import Tensors

/// A learned context of the class prompts, the same for every class: V₁ … V₁₆ NAME (CoOp, Zhou et al., IJCV 2022).
public struct CoOpPrompts: Prompts {
    /// Number of context tokens.
    public static let context = 16

    /// V, `[context, text width]`.
    public let textContext: Tensor

    /// Drawn from N(0, 0.02²).
    public init(textWidth: Int, device: Device, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed, stream: RandomStream.prompts)
        textContext = try .parameter(normal: [Self.context, textWidth], deviation: 0.02, device, &generator)
    }

    public var parameters: [NamedParameter] { [NamedParameter("text_context", textContext, in: .prompts)] }
    public func text() -> DeepPrompts? { DeepPrompts(shallow: textContext) }
    public func vision() -> DeepPrompts? { nil }
}
