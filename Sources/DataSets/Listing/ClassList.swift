import Essentials
import FoundationEssentials

/// A text file of class names, one per line in the order of their labels.
struct ClassList {
    let path: String
    let classes: [ClassName]

    /// Names a class list goes by when it lies in the data set's folder.
    static let usualNames = ["classes.txt", "class_names.txt", "classnames.txt", "labels.txt"]

    /// Reads `name` or `name<TAB>phrase` lines; empty lines do not count.
    init(at path: String) throws {
        self.path = path
        var lineOf: [String: Int] = [:]
        var classes: [ClassName] = []
        for (number, line) in zip(1..., try ListFile(at: path).lines) {
            let fields = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.trimmingSpaces() }
            guard let name = fields.first, !name.isEmpty else {
                if line.trimmingSpaces().isEmpty { continue }
                throw DataSetError("Line \(number) of \(path) begins with a tab: the class name is missing.")
            }
            if let first = lineOf.updateValue(number, forKey: name) {
                throw DataSetError(
                    "The class name \"\(name)\" stands in lines \(first) and \(number) of \(path). "
                        + "Class names must differ.")
            }
            classes.append(ClassName(name, phrase: fields.count > 1 && !fields[1].isEmpty ? fields[1] : nil))
        }
        guard !classes.isEmpty else {
            throw DataSetError("\(path) holds no class name. Write one class name per line.")
        }
        self.classes = classes
    }

    /// Position by folder name. Folders stand for a name that cannot be one ("F/A-18" lies in "F-A-18") and
    /// for the same name with underscores.
    func positionsByFolder() -> [String: Int] {
        Dictionary(classes.enumerated().map { (ClassList.folderKey($0.element.name), $0.offset) }) {
            first, _ in first
        }
    }

    /// Whether at least one of the folders is named after a class.
    func namesAny(of folders: [String]) -> Bool {
        let positions = positionsByFolder()
        return folders.contains { positions[ClassList.folderKey($0)] != nil }
    }

    /// What a class name and the name of its folder have in common.
    static func folderKey(_ name: String) -> String {
        ClassName.spaced(name.replacing("/", with: "-"))
    }
}
