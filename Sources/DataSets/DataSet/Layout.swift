/// How a data set lies on disk. Its description is what a command line takes: "class-folders",
/// "dtd-elevater".
public enum Layout: Hashable, Sendable, LosslessStringConvertible {
    /// A folder per class, either directly or under `train/` and `test/`.
    case classFolders
    /// Images without labels in a folder or tree, and a text file of class names.
    case unlabeled
    /// A CSV or JSON Lines file with a path, and a label and part where known, for each image.
    case manifest
    /// Images in tar archives, with their labels beside them.
    case shards
    /// A benchmark as its authors distribute it.
    case official(Benchmark)
    /// A benchmark as the published implementations expect it, which is how ELEVATER packs it.
    case elevater(Benchmark)

    /// The layout named, or nil when there is none of that name.
    public init?(_ description: String) {
        guard let layout = Layout.all.first(where: { $0.description == description }) else { return nil }
        self = layout
    }

    public var description: String {
        switch self {
        case .classFolders: return "class-folders"
        case .unlabeled: return "unlabeled"
        case .manifest: return "manifest"
        case .shards: return "shards"
        case .official(let benchmark): return benchmark.rawValue + "-official"
        case .elevater(let benchmark): return benchmark.rawValue + "-elevater"
        }
    }

    /// Every layout there is.
    public static let all: [Layout] =
        [.classFolders, .unlabeled, .manifest, .shards]
        + Benchmark.allCases.flatMap { [.official($0), .elevater($0)] }

    /// The benchmark that lies in this layout, if it is one's.
    public var benchmark: Benchmark? {
        switch self {
        case .official(let benchmark), .elevater(let benchmark): return benchmark
        case .classFolders, .unlabeled, .manifest, .shards: return nil
        }
    }
}
