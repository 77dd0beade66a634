/// What made an image a pseudolabeled one; the raw values are those of the artifacts.
public enum PseudolabelOrigin: UInt8, Hashable, Sendable, CaseIterable {
    /// On the zero-shot leaderboard of its class.
    case zeroShot = 0
    /// Among the nearest images to the description that replaced a mismatched class's name.
    case description = 1
    /// Predicted while the model was trained.
    case training = 2
    /// A further candidate class of an image that stands in another class's list (CPL).
    case candidate = 3
}
