import FoundationEssentials
import Vocabulary

/// Images listed in a CSV or JSON Lines file: `path`, optionally `label` (a class name, or its number where a
/// class list is given) and `split` (`train`, `val` or `test`).
///
/// Paths are relative to the manifest's folder, and lead to images in it or below it, wherever links go: a manifest that came
/// from elsewhere is not to say which of a person's other files are read. Classes are the labels in bytewise order, unless a
/// class list is given or lies beside the manifest. Images keep the manifest's order within each part.
struct Manifest {
    private let table: ManifestRows
    private let folder: Folder
    private let options: LoadOptions
    private let classList: ClassList?
    private var warnings: [String] = []

    private static let usualNames = ["manifest.csv", "manifest.tsv", "manifest.jsonl", "manifest.ndjson"]

    /// The manifest that lies in a folder, if one does.
    static func name(in folder: Folder) -> String? {
        usualNames.first(where: folder.files.contains)
    }

    static func load(in folder: Folder, options: LoadOptions) throws -> DataSet {
        guard let name = name(in: folder) else {
            throw DataSetError(
                "There is no manifest in \(folder.path). Name it \(Wording.either(usualNames, limit: 4)), "
                    + "or give its path."
            )
        }
        return try load(from: folder.path + "/" + name, options: options)
    }

    static func load(from path: String, options: LoadOptions) throws -> DataSet {
        guard [".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: path.lowercased().hasSuffix) else {
            throw DataSetError(
                "\(path) is a file. Give the folder of a data set, or a manifest that ends in .csv, .tsv, "
                    + ".jsonl or .ndjson."
            )
        }
        var manifest = try Manifest(path, options: options)
        return try manifest.dataSet()
    }

    private init(_ path: String, options: LoadOptions) throws {
        table = try ManifestRows(at: path)
        let folder = try Folder(at: URL(fileURLWithPath: path).deletingLastPathComponent().path, options.kinds)
        let lying = ClassList.usualNames.first(where: folder.files.contains).map { folder.path + "/" + $0 }
        classList = try (options.classes?.path ?? lying).map(ClassList.init(at:))
        self.folder = folder
        self.options = options
    }

    private mutating func dataSet() throws -> DataSet {
        let (classes, labels) = try classesAndLabels()
        let parts = try parts()
        let files = try images()
        var entries: [ImageEntry] = []
        for (place, image) in files.enumerated() {
            guard let image else { continue }
            entries.append(
                ImageEntry(
                    path: image.path, file: image.file, label: labels[place], split: parts?[place] ?? .train))
        }
        if parts == nil {
            let fraction = options.testFraction ?? SeededSplit.usualFraction
            let isTest = try SeededSplit.test(
                labels: entries.map(\.label), classCount: classes.count, fraction: fraction,
                seed: options.testSeed)
            entries = zip(entries, isTest).map { $1 ? $0.asTest : $0 }
            let count = isTest.filter { $0 }.count
            if count > 0 {
                warnings.append(
                    SeededSplit.notice(
                        "The manifest has no column \"split\"", count, of: entries.count, fraction, options))
            }
        }
        let training = entries.filter { $0.split == .train }
        return DataSet(
            name: URL(fileURLWithPath: table.path).deletingPathExtension().lastPathComponent,
            layout: .manifest,
            folder: folder.url, classes: classes, images: training + entries.filter { $0.split == .test },
            warnings: warnings)
    }

    // MARK: Labels

    private mutating func classesAndLabels() throws -> (classes: [ClassName], labels: [Int?]) {
        let given = table.rows.compactMap(\.label)
        let areNumbers = !given.isEmpty && given.allSatisfy { Int($0) != nil }
        guard let classList else {
            guard !given.isEmpty else {
                throw DataSetError(
                    "\(table.path) labels no image, and nothing says which classes there are. "
                        + "Give a text file with a class name per line.")
            }
            let names = Set(given).sorted(by: bytewisePrecedes)
            if areNumbers {
                warnings.append(
                    "The labels are numbers, and no class list says what they stand for: the numbers are the "
                        + "class names.")
            }
            let position = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            return (names.map { ClassName($0) }, table.rows.map { $0.label.flatMap { position[$0] } })
        }
        let classes = classList.classes
        let position = Dictionary(zip(classes.map(\.name), classes.indices)) { first, _ in first }
        let labels = try table.rows.map { row -> Int? in
            guard let label = row.label else { return nil }
            if let named = position[label] { return named }
            guard areNumbers, let number = Int(label) else {
                throw DataSetError(
                    "Line \(row.line) of \(table.path) has the label \"\(label)\", which is none of the "
                        + "\(classes.count) classes of \(classList.path).")
            }
            guard classes.indices.contains(number) else {
                throw DataSetError(
                    "Line \(row.line) of \(table.path) has the label \(number), but \(classList.path) names "
                        + "\(classes.count) classes (0 to \(classes.count - 1)).")
            }
            return number
        }
        return (classes, labels)
    }

    // MARK: Parts

    /// The part of each row, or nil when the manifest does not tell.
    private mutating func parts() throws -> [ImageSplit]? {
        guard table.rows.contains(where: { $0.part != nil }) else { return nil }
        let kinds = try table.rows.map { row -> PartFolders.Kind in
            guard let part = row.part else {
                throw DataSetError(
                    "Line \(row.line) of \(table.path) does not say which split the image is in, as others "
                        + "do."
                )
            }
            guard let kind = PartFolders.Kind(name: part) else {
                throw DataSetError(
                    "Line \(row.line) of \(table.path) has the split \"\(part)\". It must be train, val or "
                        + "test."
                )
            }
            return kind
        }
        let validatesAsTest = kinds.contains(.validation) && !kinds.contains(.test)
        if validatesAsTest {
            warnings.append("No image has the split test: those of the split val are the test images.")
        }
        return kinds.map { $0 == .test || ($0 == .validation && validatesAsTest) ? .test : .train }
    }

    // MARK: Files

    /// Each row's image; nil where it is not there and missing images are skipped.
    private mutating func images() throws -> [(path: String, file: String)?] {
        let known = KnownFiles(folder)
        var lineOf: [String: Int] = [:]
        var absent: [ManifestRows.Row] = []
        var outside: [ManifestRows.Row] = []
        let bounds = options.allowsOutside ? nil : FolderBounds(folder.path)
        let images = try table.rows.map { row -> (path: String, file: String)? in
            guard let image = Manifest.find(row.path, in: known) else {
                absent.append(row)
                return nil
            }
            if let first = lineOf.updateValue(row.line, forKey: image.file) {
                throw DataSetError(
                    "Lines \(first) and \(row.line) of \(table.path) name the same image, \(row.path). "
                        + "List every image once.")
            }
            if let bounds, !bounds.contain(image.file) { outside.append(row) }
            return image
        }
        if let first = outside.first {
            let others = outside.count > 1 ? ", and \(Wording.count(outside.count - 1, "image")) more," : ""
            throw DataSetError(
                "Line \(first.line) of \(table.path) names \(first.path)\(others) outside of \(folder.path), "
                    + "where what a manifest names has to lie, links followed. Move or copy the images there, or, if you know "
                    + "the manifest, read them where they are with --allow-outside.")
        }
        guard !absent.isEmpty else { return images }
        let sentence =
            "\(table.path) names \(Wording.count(absent.count, "image")) that "
            + "\(absent.count == 1 ? "is" : "are") not there, the first: "
            + "\(Wording.list(absent.prefix(3).map(\.path), quoted: false))."
        guard options.skipsMissingImages else {
            throw DataSetError(sentence + " Paths are relative to \(folder.path).")
        }
        warnings.append(sentence + " They are skipped.")
        return images
    }

    /// Where the image of a written path is. Windows' separators, "./" and doubled slashes are fine.
    private static func find(_ written: String, in known: KnownFiles) -> (path: String, file: String)? {
        for spelling in [written, written.replacing("\\", with: "/")] {
            if spelling.hasPrefix("/") || spelling.split(separator: "/").contains("..") {
                let file = URL(fileURLWithPath: spelling, relativeTo: known.root.url).standardizedFileURL.path
                if FileManager.default.fileExists(atPath: file) { return (spelling, file) }
            } else {
                let parts = spelling.split(separator: "/").filter { $0 != "." }
                if let path = known.file(parts.joined(separator: "/")) { return (path, known.absolute(path)) }
            }
        }
        return nil
    }
}
