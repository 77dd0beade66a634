/// The images below a folder, at any depth: paths in bytewise order, and what was left out on the way.
struct ImageTree {
    private(set) var images: [String] = []
    /// Files that are no JPEG or PNG by their extension, counted by extension.
    private(set) var otherFiles: [String: Int] = [:]
    private var deadLinks: [String] = []
    /// Links to a folder above themselves, which would never end if they were followed.
    private(set) var loops: [String] = []
    private var unreadableNames = 0

    /// The tree of one folder without its subfolders.
    init(filesOf folder: Folder, prefix: String) {
        add(filesOf: folder, prefix: prefix)
    }

    /// The tree below the folder at `path`, its paths beginning with `prefix`.
    init(at path: String, prefix: String = "") throws {
        try add(Folder(at: path), prefix: prefix, above: [])
        images.sort(by: bytewisePrecedes)
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
            otherFiles.merge(tree.otherFiles, uniquingKeysWith: +)
            deadLinks += tree.deadLinks
            loops += tree.loops
            unreadableNames += tree.unreadableNames
        }
        images.sort(by: bytewisePrecedes)
    }

    private mutating func add(_ folder: Folder, prefix: String, above: Set<Folder.Identity>) throws {
        add(filesOf: folder, prefix: prefix)
        for name in folder.folders {
            try add(subfolder: name, of: folder, prefix: prefix, above: above.union([folder.identity]))
        }
    }

    private mutating func add(
        subfolder name: String, of folder: Folder, prefix: String, above: Set<Folder.Identity>
    ) throws {
        let inner = try Folder(at: folder.path + "/" + name)
        if above.contains(inner.identity) {
            loops.append(prefix + name)
        } else {
            try add(inner, prefix: prefix + name + "/", above: above)
        }
    }

    private mutating func add(filesOf folder: Folder, prefix: String) {
        unreadableNames += folder.unreadableNames
        deadLinks += folder.deadLinks.map { prefix + $0 }
        for name in folder.files {
            if Folder.isImage(name) {
                images.append(prefix + name)
            } else {
                let parts = name.split(separator: ".")
                otherFiles[parts.count > 1 ? "." + parts[parts.count - 1].lowercased() : "", default: 0] += 1
            }
        }
    }

    /// Pictures of kinds that are not read, as "12 .webp, 3 .gif"; empty when there are none.
    var pictureFiles: String {
        ImageTree.pictureExtensions
            .compactMap { kind in otherFiles[kind].map { "\(Wording.grouped($0)) \(kind)" } }
            .joined(separator: ", ")
    }

    private static let pictureExtensions = [
        ".avif", ".bmp", ".gif", ".heic", ".jp2", ".jxl", ".pgm", ".ppm", ".tif", ".tiff", ".webp",
    ]

    /// What was left out, a sentence each. Files that are no pictures (lists, notes, archives) go without
    /// saying.
    var warnings: [String] {
        var sentences: [String] = []
        if !pictureFiles.isEmpty {
            sentences.append(
                "Left out, because only JPEG and PNG are read: \(pictureFiles). Convert them to use them.")
        }
        if let first = deadLinks.first {
            sentences.append(
                deadLinks.count == 1
                    ? "Left out: the link \(first), whose target is not there."
                    : "Left out: \(deadLinks.count) links whose targets are not there, the first is \(first)."
            )
        }
        for loop in loops {
            sentences.append("Not followed: the link \(loop) leads back to a folder above it.")
        }
        if unreadableNames > 0 {
            sentences.append(
                "Left out: \(Wording.count(unreadableNames, "name")) that cannot be recorded because not "
                    + "UTF-8. Rename to use them.")
        }
        return sentences
    }
}
