import FoundationEssentials

extension DataSet {
    /// Finds out how the data set at `url` is laid out and lists it.
    ///
    /// - Parameter url: A folder, or a manifest file (`.csv`, `.tsv`, `.jsonl`, `.ndjson`).
    /// - Throws: ``DataSetError`` when it is not a data set or its parts contradict each other.
    public static func load(from url: URL, options: LoadOptions) throws -> DataSet {
        try LayoutDetection(url, options: options).load().checked(options: options)
    }

    /// The folder that a data set's files lie in: the one given, a benchmark's in it, or that of a manifest.
    ///
    /// - Parameter benchmark: the one that was named, by itself or by its layout.
    public static func place(of url: URL, benchmark: Benchmark? = nil) -> URL {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return url }
        guard isFolder else { return url.deletingLastPathComponent() }
        guard let benchmark, let given = try? Folder(at: url.path, .none), let inner = benchmark.folder(in: given)
        else { return url }
        return url.appendingPathComponent(inner)
    }
}

/// Which layout a folder has: a benchmark's if its parts are there, then a manifest, then folders of images.
struct LayoutDetection {
    let url: URL
    let options: LoadOptions

    init(_ url: URL, options: LoadOptions) {
        self.url = url.standardizedFileURL
        self.options = options
    }

    func load() throws -> DataSet {
        if let benchmark = options.benchmark ?? options.layout?.benchmark { return try load(benchmark) }
        if isFile, url.pathExtension.lowercased() == "tar" {
            let folder = try Folder(at: url.deletingLastPathComponent().path, options.kinds)
            return try Shards.load(folder, [url.lastPathComponent], options: options)
        }
        if isFile { return try Manifest.load(from: url.path, options: options) }
        let folder = try openFolder()
        switch options.layout {
        case .manifest: return try Manifest.load(in: folder, options: options)
        case .shards: return try Shards.load(folder, Shards.archives(in: folder), options: options)
        case .classFolders, .unlabeled: return try ImageFolders.load(folder, options: options)
        case .official, .elevater, nil: return try load(folder)
        }
    }

    private var isFile: Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && !isFolder
    }

    /// The folder, or where else it may be when there is none of its name.
    private func openFolder() throws -> Folder {
        guard FileManager.default.fileExists(atPath: url.path) else {
            let above = url.deletingLastPathComponent()
            if let benchmark = Benchmark.allCases.first(where: { $0.isFolderName(url.lastPathComponent) }),
                let data = try? Folder(at: above.path, options.kinds), let other = benchmark.folder(in: data)
            {
                throw DataSetError("There is no folder \(url.path). Did you mean \(data.path)/\(other)?")
            }
            throw DataSetError("There is no folder \(url.path).")
        }
        return try Folder(at: url.path, options.kinds)
    }

    // MARK: Finding out

    private func load(_ folder: Folder) throws -> DataSet {
        let files = KnownFiles(folder)
        let matches = Distribution.all.compactMap { $0.match(in: files) }.filter { isMeant($0, by: folder) }
        if let match = matches.first(where: \.isComplete) { return try match.dataSet(options: options) }
        let named = matches.filter { folder.isNamed(like: $0.distribution.benchmark) }
        if let match = matches.first(where: \.isNearlyComplete) ?? named.first(where: \.hasList) {
            throw match.incomplete()
        }
        if Manifest.name(in: folder) != nil { return try Manifest.load(in: folder, options: options) }
        let archives = Shards.archives(in: folder)
        // Archives beside images or class folders are what those were unpacked from.
        if !archives.isEmpty, folder.images.isEmpty, folder.folders.allSatisfy({ PartFolders.Kind(name: $0) != nil }) {
            return try Shards.load(folder, archives, options: options)
        }
        try refusePart(folder)
        do {
            return try ImageFolders.load(folder, options: options)
        } catch {
            throw named.first?.incomplete() ?? error
        }
    }

    /// Whether a benchmark in an inner folder is what the outer folder is for, and not one data set of many.
    private func isMeant(_ match: Distribution.Match, by folder: Folder) -> Bool {
        match.files.root.path == folder.path || folder.folders.count == 1
            || folder.isNamed(like: match.distribution.benchmark)
    }

    /// Refuses a folder that is only a part of a benchmark or of a data set with training and test folders.
    private func refusePart(_ folder: Folder) throws {
        var inner = url
        for _ in 0..<3 {
            let outer = inner.deletingLastPathComponent()
            guard outer.path != inner.path, let above = try? Folder(at: outer.path, options.kinds) else { return }
            let files = KnownFiles(above)
            for match in Distribution.all.compactMap({ $0.match(in: files) }) where match.isComplete {
                let isPart =
                    match.distribution.parts.contains { $0.path.hasPrefix(inner.lastPathComponent + "/") }
                    || match.distribution.parts.contains { $0.path == inner.lastPathComponent }
                if isPart, match.files.root.path == above.path {
                    throw DataSetError(
                        "\(folder.path) is only a part of \(match.title). Did you mean \(above.path)? "
                            + "Ask for the layout \(Layout.classFolders) to use it as it is.")
                }
            }
            inner = outer
        }
        let above = url.deletingLastPathComponent()
        if PartFolders.Kind(name: url.lastPathComponent) != nil, let outer = try? Folder(at: above.path, options.kinds),
            let parts = PartFolders(outer.folders), parts.training.count + (parts.test == nil ? 0 : 1) > 1
        {
            throw DataSetError(
                "\(folder.path) is one of the parts of a data set. Did you mean \(above.path)? "
                    + "Ask for the layout \(Layout.classFolders) to use it as it is.")
        }
    }

    // MARK: A benchmark that was named

    private func load(_ benchmark: Benchmark) throws -> DataSet {
        let distributions = Distribution.all.filter {
            $0.benchmark == benchmark && (options.layout == nil || options.layout == $0.layout)
        }
        guard !distributions.isEmpty else { return try loadNamed(benchmark) }
        let given = try openFolder()
        let inner = try benchmark.folder(in: given).map { try Folder(at: given.path + "/" + $0, options.kinds) }
        let isItself = given.isNamed(like: benchmark)
        let matches = (isItself ? [given, inner] : [inner, given]).compactMap { $0 }.flatMap { folder in
            let files = KnownFiles(folder)
            return distributions.compactMap { $0.match(in: files) }
        }
        if let match = matches.first(where: \.isComplete) { return try match.dataSet(options: options) }
        if let match = matches.max(by: { $0.present.count < $1.present.count }) { throw match.incomplete() }
        throw DataSetError(
            "There is no \(benchmark.title) in \(given.path): expected is a folder named "
                + "\(Wording.either(benchmark.folderNames)) with its files as distributed.")
    }

    /// A benchmark in a layout that is not its own: class folders, unlabeled images or a manifest.
    private func loadNamed(_ benchmark: Benchmark) throws -> DataSet {
        let given = try openFolder()
        let inner = benchmark.folder(in: given).map { url.appendingPathComponent($0, isDirectory: true) }
        var general = options
        general.benchmark = nil
        return try LayoutDetection(inner ?? url, options: general).load()
    }
}
