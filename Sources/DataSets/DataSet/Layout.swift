/// How a data set lies on disk. Its description is what a command line takes: "class-folders", "dtd-elevater".
public enum Layout: Hashable, Sendable, LosslessStringConvertible {
    /// A folder per class, either directly or under `train/` and `test/`.
    case classFolders
    /// Images without labels in a folder or tree, and a text file of class names.
    case unlabeled

    /// The layout named, or nil when there is none of that name.
    public init?(_ description: String) {
        guard let layout = Layout.all.first(where: { $0.description == description }) else { return nil }
        self = layout
    }

    public var description: String {
        switch self {
        case .classFolders: return "class-folders"
        case .unlabeled: return "unlabeled"
        }
    }

    /// Every layout there is.
    public static let all: [Layout] = [.classFolders, .unlabeled]
}
