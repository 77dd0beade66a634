/// One way a benchmark is distributed: what must lie where, and how its lists are read.
struct Distribution: Sendable {
    /// A file or folder that must be there.
    struct Part: Sendable {
        let path: String
        /// Whether it is a list or another file, as opposed to a folder of images.
        let isFile: Bool

        static func file(_ path: String) -> Part { Part(path: path, isFile: true) }
        static func folder(_ path: String) -> Part { Part(path: path, isFile: false) }

        /// The path as people are told it.
        var shown: String { isFile ? path : path + "/" }
    }

    let benchmark: Benchmark
    let layout: Layout
    /// Where in the data set's folder it may lie; "" is the folder itself.
    let bases: [String]
    let parts: [Part]
    /// The number of training and test images as published for this distribution; nil where it has no lists.
    let size: (training: Int, test: Int)?
    /// Tells distributions with the same file names apart by what is in the files.
    var isRecognized: @Sendable (KnownFiles) -> Bool = { _ in true }
    let read: @Sendable (KnownFiles, LoadOptions) throws -> BenchmarkLists

    /// All distributions of all benchmarks; where several fit, the first is read.
    static let all: [Distribution] =
        DTD.distributions + Flowers102.distributions + FGVCAircraft.distributions + RESISC45.distributions
        + EuroSAT.distributions + CUB.distributions
}
