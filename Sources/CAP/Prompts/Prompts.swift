import CLIP
import Tensors

/// The learned context of one modality.
public protocol Prompts: Sendable {
    /// What is trained, with the paths it has in an artifact.
    var parameters: [NamedParameter] { get }

    /// What the text encoder gets; nil where texts are left as they are.
    func text() throws -> DeepPrompts?

    /// What the vision encoder gets; nil where images are left as they are.
    func vision() throws -> DeepPrompts?
}

/// No context: CLIP as it is.
public struct NoPrompts: Prompts {
    public init() {}

    public var parameters: [NamedParameter] { [] }
    public func text() -> DeepPrompts? { nil }
    public func vision() -> DeepPrompts? { nil }
}
