import FoundationEssentials

/// What is said when a folder is one level above or below a data set.
extension ImageFolders {
    /// Refuses folders without images, and those whose images lie too deep to be in class folders.
    func refuseWrongLevel() throws {
        let all = ImageTree(joining: parts.flatMap(\.trees))
        guard !all.images.isEmpty else {
            let found = all.unreadFiles.isEmpty ? "" : ", only \(all.unreadFiles). Convert them"
            throw DataSetError("There is no image (\(options.kinds.names)) in \(root.path) or below it\(found).")
        }
        guard options.layout == nil, classList == nil, parts.count == 1, parts[0].direct.images.isEmpty else {
            return
        }
        let outer = parts[0].folder.path
        let inner = try parts[0].filledFolders.map { try Folder(at: outer + "/" + $0, options.kinds) }
        guard inner.allSatisfy(\.images.isEmpty) else { return }
        let dataSets = inner.map(ImageFolders.forking).filter { $0.folders.count > 1 }
        guard !dataSets.isEmpty else { return }
        throw DataSetError(
            "The folders in \(outer) hold no images themselves, only further folders. "
                + "Did you mean \(Wording.either(dataSets.map(\.path)))?")
    }

    /// The folder itself, or the first one below it where there is more than one way to go on.
    private static func forking(_ folder: Folder) -> Folder {
        var folder = folder
        // A link may lead back up; no real nesting of single folders is this deep.
        for _ in 0..<16 {
            guard folder.images.isEmpty, folder.folders.count == 1,
                let inner = try? Folder(at: folder.path + "/" + folder.folders[0], folder.kinds)
            else { break }
            folder = inner
        }
        return folder
    }

    /// Why images without labels and without class names cannot be used, and which folder may have been
    /// meant.
    func missingClassNames() -> DataSetError {
        let above = URL(fileURLWithPath: root.path, isDirectory: true).standardizedFileURL
            .deletingLastPathComponent()
        if let siblings = try? Folder(at: above.path, options.kinds), parts.count == 1, parts[0].filledFolders.isEmpty {
            let filled = siblings.folders.filter {
                (try? Folder(at: above.path + "/" + $0, options.kinds))?.images.isEmpty == false
            }
            if filled.count > 1 {
                return DataSetError(
                    "\(root.path) holds images but no class folders, and \(filled.count) folders of images "
                        + "lie side by side with it. Did you mean "
                        + "\(above.path)? For images without labels, give a text file of class names.")
            }
        }
        return DataSetError(
            "\(root.path) holds images, but nothing says which classes there are. Sort them into a folder "
                + "per class, or give a text file with a class name per line.")
    }
}
