/// Where the learned context goes: which of CLIP's encoders it changes, and how.
public enum Modality: String, Sendable, CaseIterable {
    /// No context at all: CLIP as it is.
    case none
    /// Sixteen tokens before the class name (CoOp).
    case text
    /// Sixteen tokens beside the image's patches (VPT, shallow).
    case visual
    /// Four tokens on either side, made together by a small transformer (UPT).
    case multimodal
    /// The same with all eight tokens seeing each other in the transformer, as UPT is described; in GRIP's code, and so
    /// in `multimodal`, a token sees only its counterpart.
    case multimodalJoint = "multimodal-joint"
    /// Two tokens in the text, eight layers deep, and their projections in the image (MaPLe).
    case maple

    /// Whether the text features change while it is learned.
    public var changesTexts: Bool { self != .none && self != .visual }

    /// Whether the image features change while it is learned. Where they do not they are computed once.
    public var changesImages: Bool { self != .none && self != .text }

    /// Whether it is one of UPT's.
    public var isMultimodal: Bool { self == .multimodal || self == .multimodalJoint }
}
