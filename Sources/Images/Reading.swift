import Vocabulary

/// What is made of a picture where there is a choice. A model sees new images as it saw those that it learned from only if the
/// choices are the same, so artifacts carry them.
public struct Reading: Hashable, Sendable {
    public var orientation = Orientation.asIs
    public var gray16 = Gray16.highByte
    public var damaged = Damaged.skip

    public init(orientation: Orientation = .asIs, gray16: Gray16 = .highByte, damaged: Damaged = .skip) {
        self.orientation = orientation
        self.gray16 = gray16
        self.damaged = damaged
    }
}
