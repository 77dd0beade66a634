import CLIP
import Tensors

/// Learned tokens beside the patches of every image (VPT-shallow, Jia et al., ECCV 2022).
///
/// They have no positions, so it makes no difference that they stand behind the patches here and before them in the
/// reference.
public struct VPTPrompts: Prompts {
    /// Number of context tokens.
    public static let context = 16

    /// V, `[context, vision width]`.
    public let visualContext: Tensor

    /// Drawn from N(0, 1/width).
    public init(visionWidth: Int, device: Device, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed, stream: RandomStream.prompts)
        visualContext = try .parameter(
            normal: [Self.context, visionWidth], deviation: 1 / Double(visionWidth).squareRoot(), device, &generator)
    }

    public var parameters: [NamedParameter] { [NamedParameter("visual_context", visualContext, in: .prompts)] }
    public func text() -> DeepPrompts? { nil }
    public func vision() -> DeepPrompts? { DeepPrompts(shallow: visualContext) }
}
