import Vocabulary

/// Data sets without lists: a folder per class, or images without labels and a list of class names.
///
/// Both may be divided into `train/` and `test/`. Classes are the folders' names in bytewise order, unless a
/// class list says otherwise; images follow class by class, each class's in bytewise order of their paths.
struct ImageFolders {
    let root: Folder
    let options: LoadOptions
    let parts: [ImagePart]
    /// The class names that were given, or that lie in the folder.
    private(set) var classList: ClassList?
    private var warnings: [String] = []
    private var leftOut = LeftOutFiles()

    static func load(_ root: Folder, options: LoadOptions) throws -> DataSet {
        var folders = try ImageFolders(root, options: options)
        try folders.readClassList()
        try folders.refuseWrongLevel()
        return try folders.areClasses ? folders.classFolders() : folders.unlabeled()
    }

    private init(_ root: Folder, options: LoadOptions) throws {
        self.root = root
        self.options = options
        guard let names = PartFolders(root.folders) else {
            parts = [try ImagePart(root, prefix: "", split: .train, lists: options.listNames)]
            return
        }
        func part(_ name: String, _ split: ImageSplit) throws -> ImagePart {
            try ImagePart(Folder(at: root.path + "/" + name, options.kinds), prefix: name + "/", split: split)
        }
        parts =
            try names.training.map { try part($0, .train) } + (names.test.map { [try part($0, .test)] } ?? [])
        if let test = names.test, names.validatesAsTest {
            warnings.append("There is no test folder: the images under \(test)/ are the test images.")
        }
        let beside = ImageTree(filesOf: root, prefix: "", lists: options.listNames)
        leftOut.add(beside.leftOut)
        for image in beside.images { leftOut.add(image, "beside the training and test folders") }
        if !names.others.isEmpty {
            warnings.append(
                "Not used, because beside the training and test folders: "
                    + "\(Wording.list(names.others, quoted: false)).")
        }
    }

    /// Reads the class list that was given, or else the one that lies in the folder, if that one has to do
    /// with the images.
    private mutating func readClassList() throws {
        if let given = options.classes {
            classList = try ClassList(at: given.path)
            return
        }
        guard let name = ClassList.usualNames.first(where: root.files.contains) else { return }
        let lying = try ClassList(at: root.path + "/" + name)
        let folders = parts.flatMap(\.filledFolders)
        if folders.isEmpty || options.layout == .unlabeled || lying.namesAny(of: folders) {
            classList = lying
        } else if options.layout == .classFolders {
            warnings.append("\(name) names none of the class folders and was not used.")
        } else {
            throw DataSetError(
                "\(root.path) has folders of images, and \(name), which lies beside them, names none of them. "
                    + "Ask for the layout \(Layout.classFolders) if the folders are classes, or for the layout "
                    + "\(Layout.unlabeled) if the images in them carry no labels.")
        }
    }

    /// Whether the subfolders stand for classes. They do not when a class list is there and names none of
    /// them.
    private var areClasses: Bool {
        if let layout = options.layout { return layout == .classFolders }
        let folders = parts.flatMap(\.filledFolders)
        return !folders.isEmpty && classList?.namesAny(of: folders) ?? true
    }

    // MARK: Class folders

    private func classFolders() throws -> DataSet {
        let (classes, position, ignored) = try classesOfFolders()
        let all = ImageTree(joining: parts.flatMap(\.trees))
        var sentences = warnings + all.warnings
        var leftOut = leftOut
        leftOut.add(all.leftOut)
        if !ignored.isEmpty {
            sentences.append("Not taken for classes, because no image is in them: \(Wording.list(ignored)).")
        }
        var images: [ImageEntry] = []
        for part in parts {
            var byClass = [[String]](repeating: [], count: classes.count)
            for (name, tree) in part.subfolders {
                if let label = position[name] { byClass[label] += tree.images }
            }
            for (label, paths) in byClass.enumerated() {
                images += paths.map { entry($0, label: label, split: part.split) }
            }
            let direct = part.direct.images
            if part.split == .test && part.filledFolders.isEmpty {
                images += direct.map { entry($0, label: nil, split: .test) }
                sentences.append("The test images carry no labels: they get predictions, but no accuracy.")
            } else {
                for image in direct { leftOut.add(image, "an image outside of any class folder") }
            }
        }
        if !parts.contains(where: { $0.split == .test }) {
            images = try divided(images, classCount: classes.count, warnings: &sentences)
        }
        return DataSet(
            name: root.name, layout: .classFolders, folder: root.url, classes: classes, images: images,
            warnings: sentences, leftOut: leftOut.all)
    }

    /// The classes, each class folder's position among them, and the folders that stand for no class.
    private func classesOfFolders() throws -> (
        classes: [ClassName], position: [String: Int], ignored: [String]
    ) {
        let filled = Set(parts.flatMap(\.filledFolders))
        guard let classList else {
            for part in parts {
                for (name, tree) in part.emptyClassFolders where !filled.contains(name) {
                    throw emptyClass(part.prefix + name, holding: tree.unreadFiles)
                }
            }
            let names = filled.sorted(by: bytewisePrecedes)
            let position = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            let ignored = Set(parts.flatMap(\.subfolders).map(\.name)).subtracting(filled)
            return (names.map { ClassName($0) }, position, ignored.sorted(by: bytewisePrecedes))
        }
        let listed = classList.positionsByFolder()
        var position: [String: Int] = [:]
        for name in filled {
            guard let label = listed[ClassList.folderKey(name)] else { continue }
            position[name] = label
        }
        let strangers = filled.filter { position[$0] == nil }.sorted(by: bytewisePrecedes)
        guard strangers.isEmpty else {
            throw DataSetError(
                "\(root.path) has folders of images that \(classList.path) does not name: "
                    + "\(Wording.list(strangers)). Add them to the list, or move them away.")
        }
        let found = Set(position.values)
        let missing = classList.classes.indices.filter { !found.contains($0) }.map {
            classList.classes[$0].name
        }
        guard missing.isEmpty else {
            throw DataSetError(
                "\(root.path) has no folder with images for \(Wording.list(missing)), which "
                    + "\(classList.path) names. Every class needs images; take the others off the list.")
        }
        return (classList.classes, position, [])
    }

    private func emptyClass(_ name: String, holding pictures: String) -> DataSetError {
        pictures.isEmpty
            ? DataSetError(
                "The class folder \(root.path)/\(name) is empty. Put images into it, or remove it if it is "
                    + "no class."
            )
            : DataSetError(
                "The class folder \(root.path)/\(name) holds no image (\(options.kinds.names)), only \(pictures). "
                    + "Convert them."
            )
    }

    /// The images with the test part taken out of each class, training images first.
    private func divided(
        _ images: [ImageEntry], classCount: Int, warnings: inout [String]
    ) throws -> [ImageEntry] {
        let fraction = options.testFraction ?? SeededSplit.usualFraction
        let isTest = try SeededSplit.test(
            labels: images.map(\.label), classCount: classCount, fraction: fraction, seed: options.testSeed)
        let test = zip(images, isTest).filter(\.1).map(\.0.asTest)
        if !test.isEmpty {
            warnings.append(
                SeededSplit.notice(
                    "The folder has no training and test parts", test.count, of: images.count, fraction,
                    options))
        }
        return zip(images, isTest).filter { !$0.1 }.map(\.0) + test
    }

    // MARK: Unlabeled images

    private func unlabeled() throws -> DataSet {
        guard let classList else { throw missingClassNames() }
        let all = ImageTree(joining: parts.flatMap(\.trees))
        var sentences = warnings + all.warnings
        var leftOut = leftOut
        leftOut.add(all.leftOut)
        if !parts.flatMap(\.filledFolders).isEmpty {
            sentences.append(
                "No folder is named after a class of \(classList.path), so the images count as unlabeled.")
        }
        let images = parts.flatMap { part in
            ImageTree(joining: part.trees).images.map { entry($0, label: nil, split: part.split) }
        }
        return DataSet(
            name: root.name, layout: .unlabeled, folder: root.url, classes: classList.classes, images: images,
            warnings: sentences, leftOut: leftOut.all)
    }

    private func entry(_ path: String, label: Int?, split: ImageSplit) -> ImageEntry {
        ImageEntry(path: path, file: root.path + "/" + path, label: label, split: split)
    }
}
