import FoundationEssentials

/// Features of images that were computed elsewhere, as clip-retrieval writes them: `.npy` or `.npz` files of one row an image.
///
///     let set = try FeatureSet(from: URL(fileURLWithPath: "img_emb"), options: options)
///     try set.forEachBatch(of: 1024) { first, rows in … }
///
/// Of a folder the `.npy` and `.npz` files are taken in the order of their numbers. In `.npz` the first table of numbers is the
/// features, and a list of whole numbers called `labels`, `label` or `y` has the classes' numbers; −1 where none is known.
public struct FeatureSet {
    /// The classes that the options' list names.
    public let classes: [ClassName]
    /// What each row is called: the file's name and the row's number in it.
    public let names: [String]
    /// Position of each row's class; nil where it is not known.
    public let labels: [Int?]
    /// Numbers of a row.
    public let dimension: Int

    /// The files, in the order of their rows.
    public let files: [String]

    /// Whether `path` is a file or folder of features.
    public static func isSource(_ path: String) -> Bool {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
        return isFolder || isFile(path)
    }

    private static func isFile(_ name: String) -> Bool { [".npy", ".npz"].contains { name.lowercased().hasSuffix($0) } }

    /// Reads the headers and the labels.
    ///
    /// - Throws: ``DataSetError`` where there are no features, or files that do not fit each other.
    public init(from url: URL, options: LoadOptions) throws {
        guard let list = options.classes else {
            throw DataSetError("Features say nothing of classes: give a text file with a class name per line (--classes).")
        }
        var classes = try ClassList(at: list.path).classes
        if let phrases = options.phrases { classes = try PhraseList(at: phrases.path).applied(to: classes) }
        guard classes.count >= 2 else { throw DataSetError("\(list.path) names one class: two are the least.") }
        if Self.isFile(url.path) {
            files = [url.path]
        } else {
            let folder = try Folder(at: url.path, options.kinds)
            files = folder.files.filter(Self.isFile).sorted(by: Self.precedes).map { folder.path + "/" + $0 }
        }
        var (names, labels): ([String], [Int?]) = ([], [])
        var width: Int?
        for path in files {
            let file = try NumpyFile(at: path)
            var rows: Int?
            var stated: [Int?]?
            while let header = try file.next() {
                if header.type.isFloating, header.shape.count == 2, rows == nil {
                    if let width, width != header.shape[1] {
                        throw DataSetError("\(path) has rows of \(header.shape[1]) numbers, and \(files[0]) of \(width).")
                    }
                    (rows, width) = (header.shape[0], header.shape[1])
                } else if !header.type.isFloating, header.shape.count == 1, ["labels", "label", "y"].contains(header.name) {
                    stated = try file.read(header.count).map { number in
                        let label = Int(number)
                        guard label >= -1, label < classes.count else {
                            throw DataSetError("\(path) has the label \(label), but \(list.path) names \(classes.count) classes.")
                        }
                        return label < 0 ? nil : label
                    }
                }
            }
            guard let rows else { throw DataSetError("\(path) holds no table of floating-point numbers, one row an image.") }
            guard stated == nil || stated?.count == rows else {
                throw DataSetError("\(path) has \(rows) rows of features and \(stated?.count ?? 0) labels.")
            }
            let name = URL(fileURLWithPath: path).lastPathComponent
            names += (0..<rows).map { "\(name)/\($0)" }
            labels += stated ?? [Int?](repeating: nil, count: rows)
        }
        guard let width, width > 0, names.count >= classes.count else {
            throw DataSetError("\(url.path) has features of \(names.count) images for \(classes.count) classes.")
        }
        (self.classes, self.names, self.labels, dimension) = (classes, names, labels, width)
    }

    /// Passes the rows in order, at most `size` at a time: the number of the first, and `[rows, dimension]` numbers.
    public func forEachBatch(of size: Int, take: (_ first: Int, _ rows: [Float]) throws -> Void) throws {
        var first = 0
        for path in files {
            let file = try NumpyFile(at: path)
            while let header = try file.next() {
                guard header.type.isFloating, header.shape.count == 2 else { continue }
                var left = header.shape[0]
                while left > 0 {
                    let rows = min(size, left)
                    let numbers = try file.read(rows * dimension).map(Float.init)
                    guard numbers.allSatisfy(\.isFinite) else {
                        throw DataSetError("\(path) has a number that is not finite, in rows \(first) to \(first + rows - 1).")
                    }
                    try take(first, numbers)
                    first += rows
                    left -= rows
                }
                break
            }
        }
    }

    /// "img_emb_2.npy" before "img_emb_10.npy".
    private static func precedes(_ left: String, _ right: String) -> Bool {
        func parts(_ name: String) -> (String, Int) {
            let stem = name.split(separator: ".").first ?? ""
            let digits = stem.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
            return (String(stem.dropLast(digits.count)), Int(String(digits)) ?? -1)
        }
        let (a, b) = (parts(left), parts(right))
        return a.0 != b.0 ? bytewisePrecedes(a.0, b.0) : a.1 != b.1 ? a.1 < b.1 : bytewisePrecedes(left, right)
    }
}
