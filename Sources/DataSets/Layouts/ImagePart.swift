import Vocabulary

/// One part of a data set without lists: the images of a folder, by the subfolder they lie in.
struct ImagePart {
    let folder: Folder
    /// What the paths of its images begin with: "train/", or nothing where the data set's folder is the part.
    let prefix: String
    let split: ImageSplit
    /// The images that lie in the folder itself.
    let direct: ImageTree
    /// The images below each subfolder.
    let subfolders: [(name: String, tree: ImageTree)]

    init(_ folder: Folder, prefix: String, split: ImageSplit, lists: Set<String> = []) throws {
        self.folder = folder
        self.prefix = prefix
        self.split = split
        direct = ImageTree(filesOf: folder, prefix: prefix, lists: lists)
        subfolders = try folder.folders.map { ($0, try ImageTree(at: $0, in: folder, prefix: prefix)) }
    }

    var trees: [ImageTree] { [direct] + subfolders.map(\.tree) }

    /// Subfolders with at least one image below them.
    var filledFolders: [String] { subfolders.filter { !$0.tree.images.isEmpty }.map(\.name) }

    /// Subfolders with nothing in them, or with nothing but pictures of kinds that are not read.
    var emptyClassFolders: [(name: String, tree: ImageTree)] {
        subfolders.filter {
            $0.tree.images.isEmpty && $0.tree.loops.isEmpty
                && (!$0.tree.hasOtherFiles || !$0.tree.unreadFiles.isEmpty)
        }
    }
}
