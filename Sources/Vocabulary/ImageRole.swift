/// What an image of a data set is used for; the raw values are those of the artifacts.
public enum ImageRole: UInt8, Hashable, Sendable, CaseIterable {
    case unlabeled = 0
    case labeled = 1
    case test = 2
    /// Left out, to see what less data is worth.
    case unused = 3
}
