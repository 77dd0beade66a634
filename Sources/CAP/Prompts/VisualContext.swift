import Methods

extension Modality {
    /// Learned tokens among those of an image.
    var visualContext: Int {
        switch self {
        case .none, .text: 0
        case .visual: VPTPrompts.context
        case .multimodal, .multimodalJoint: UPTPrompts.context
        case .maple: MaPLePrompts.context
        }
    }
}
