/// The images below a folder, at any depth: paths in bytewise order, and what was left out on the way.
struct ImageTree {
    private(set) var images: [String] = []
    private(set) var leftOut = LeftOutFiles()
    /// Files of kinds that are known and not read, counted by kind.
    private var unread: [String: Int] = [:]
    /// Whether there are files besides images, those kinds and the system's.
    private(set) var hasOtherFiles = false
    /// Links to a folder above themselves, which would never end if they were followed.
    private(set) var loops: [String] = []

    /// The tree of one folder without its subfolders.
    ///
    /// - Parameter lists: names of files that say something about the images, and so are used.
    init(filesOf folder: Folder, prefix: String, lists: Set<String> = []) {
        add(filesOf: folder, prefix: prefix, lists: lists)
    }

    /// The tree below `name`, a subfolder of `folder`.
    init(at name: String, in folder: Folder, prefix: String) throws {
        try add(subfolder: name, of: folder, prefix: prefix, above: [folder.identity])
        images.sort(by: bytewisePrecedes)
    }

    /// Several trees as one.
    init(joining trees: [ImageTree]) {
        for tree in trees {
            images += tree.images
            leftOut.add(tree.leftOut)
            unread.merge(tree.unread, uniquingKeysWith: +)
            hasOtherFiles = hasOtherFiles || tree.hasOtherFiles
            loops += tree.loops
        }
        images.sort(by: bytewisePrecedes)
    }

    private mutating func add(_ folder: Folder, prefix: String, above: Set<Folder.Identity>) throws {
        add(filesOf: folder, prefix: prefix, lists: [])
        for name in folder.folders {
            try add(subfolder: name, of: folder, prefix: prefix, above: above.union([folder.identity]))
        }
    }

    private mutating func add(
        subfolder name: String, of folder: Folder, prefix: String, above: Set<Folder.Identity>
    ) throws {
        let inner = try Folder(at: folder.path + "/" + name, folder.kinds)
        if above.contains(inner.identity) {
            loops.append(prefix + name)
        } else {
            try add(inner, prefix: prefix + name + "/", above: above)
        }
    }

    private mutating func add(filesOf folder: Folder, prefix: String, lists: Set<String>) {
        for (name, reason) in folder.leftOut { leftOut.add(prefix + name, reason) }
        for name in folder.files where !lists.contains(name) {
            switch folder.verdict(on: name) {
            case .image:
                images.append(prefix + name)
            case .unread(let kind):
                unread[kind.name, default: 0] += 1
                leftOut.add(prefix + name, "\(kind.name), which is not read")
            case .other(let reason):
                hasOtherFiles = true
                leftOut.add(prefix + name, reason)
            }
        }
    }

    /// Files of kinds that are known and not read, as "12 JPEG XL images, 3 videos"; empty when there are none.
    var unreadFiles: String {
        unread.sorted { bytewisePrecedes($0.key, $1.key) }.map { Wording.count($1, $0) }.joined(separator: ", ")
    }

    /// What should be known of the tree, a sentence each.
    var warnings: [String] {
        loops.map { "Not followed: the link \($0) leads back to a folder above it." }
    }
}
