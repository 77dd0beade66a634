import Artifacts
import HDF5
import Outputs
import Terminal

/// A group's datasets side by side, or one dataset, as CSV (RFC 4180). Control characters but line breaks and tabs are
/// written as `\u{1B}`, and text that spreadsheets would compute gets an apostrophe before it.
///
/// The columns are the datasets that share the first dimension of the group's names, or of names below it, so that a table of images is
/// one without their pixels; else that of its first dataset.
/// Rows are counted, or named where they are classes; so are the columns of a matrix. Indices of images and classes are
/// written as paths and names, where the file has them or what it was made from is found; −1, unknown, is an empty field.
/// Splits, roles and origins are written by their names.
struct Table {
    let file: String
    let path: String

    func print() throws {
        let outline = try Outline(of: file, values: 0).restricted(to: path)
        let datasets = outline.datasets.filter { $0.shape != nil && $0.problem == nil }
        guard let first = first(of: datasets) else { throw ArtifactError("\(file): \(path) holds no table") }
        let dimension = first.dimensions.first ?? ""
        let count = first.shape?.first
        let members = datasets.filter { ($0.dimensions.first ?? "") == dimension && $0.shape?.first == count }
        for other in datasets where !members.contains(where: { $0.path == other.path }) {
            Standard.error.writeLines(
                "cap-inspect: \(other.path) is left out: its rows are not those of \(first.path); export it alone")
        }
        let root = try File.open(file).root
        let classNames = ClassNameKeys().name.path
        let classes = try root.kind(classNames) == .dataset ? try root.dataset(classNames).readStrings() : []
        let images = try imageNames(root, isAsked: members.contains { $0.unit == Self.imageIndex })
        let columns = try members.map { member in
            let names = [Self.imageIndex: images, Self.classIndex: classes][member.unit ?? ""] ?? outline.codes(of: member)
            return try Column(member, root.dataset(member.path), classes: classes, indexing: names, below: path)
        }
        let rowNames = dimension == "class" && classes.count == count ? classes : nil

        let index = count == nil ? [] : [Self.cell(dimension.isEmpty ? "row" : dimension)]
        Standard.output.write((index + columns.flatMap(\.headings)).joined(separator: ",") + "\r\n")
        let rowCount = count ?? 1
        for start in stride(from: 0, to: rowCount, by: 1024) {
            let rows = start..<min(rowCount, start + 1024)
            let cells = try columns.map { try $0.cells(count == nil ? nil : rows) }
            var text = ""
            for row in rows {
                var line = count == nil ? [] : [rowNames.map { Self.cell($0[row]) } ?? "\(row)"]
                for (column, cells) in zip(columns, cells) {
                    let width = column.headings.count
                    line += cells[(row - start) * width..<(row - start + 1) * width]
                }
                text += line.joined(separator: ",") + "\r\n"
            }
            Standard.output.write(text)
        }
    }

    private static let (imageIndex, classIndex) = ("image index", "class index")

    /// The dataset whose rows the table has: the group's names where it has some, else names below it, else its first.
    private func first(of datasets: [Outline.Dataset]) -> Outline.Dataset? {
        let names = (path.split(separator: "/") + ["name"]).joined(separator: "/")
        return datasets.first { $0.path == names } ?? datasets.first { $0.path.hasSuffix("/name") } ?? datasets.first
    }

    /// The images' paths: the file's own, or those of what it was made from. Empty where they are not asked for or not found.
    private func imageNames(_ root: HDF5.Group, isAsked: Bool) throws -> [String] {
        guard isAsked else { return [] }
        let own = FeaturesSchema().images.name.path
        if try root.kind(own) == .dataset { return try root.dataset(own).readStrings() }
        guard let artifact = try? ArtifactReader(anyKind: file) else { return [] }
        let names = try artifact.madeFrom(.features)?.values(\.images.name) ?? artifact.madeFrom(.images)?.values(\.images.name)
        if names == nil {
            Standard.error.writeLines(
                "cap-inspect: \(file): images stay numbers, since the features.h5 that it was made from is not found")
        }
        return names ?? []
    }

    /// One dataset: a column, or as many as its rows are wide.
    private struct Column {
        let headings: [String]
        private let dataset: Dataset
        /// What its numbers are places in; empty where they are numbers.
        private let names: [String]

        init(
            _ outline: Outline.Dataset, _ dataset: Dataset, classes: [String], indexing names: [String], below path: String
        ) throws {
            self.dataset = dataset
            self.names = names
            let prefix = path.split(separator: "/").joined(separator: "/") + "/"
            let name = outline.path.hasPrefix(prefix) ? String(outline.path.dropFirst(prefix.count)) : outline.path
            let inner = (outline.shape ?? []).dropFirst()
            let width = inner.reduce(1, *)
            if inner.isEmpty {
                headings = [Table.cell(name)]
            } else if inner.count == 1, outline.dimensions.last == "class", classes.count == width {
                headings = classes.map { Table.cell("\(name) \($0)") }
            } else {
                headings = (0..<width).map { Table.cell("\(name) \($0)") }
            }
        }

        func cells(_ rows: Range<Int>?) throws -> [String] {
            switch dataset.storedType {
            case .integer: try dataset.read(Int64.self, rows: rows).map(text)
            case .float(let bits) where bits <= 32: try dataset.read(Float.self, rows: rows).map { "\($0)" }
            case .float: try dataset.read(Double.self, rows: rows).map { "\($0)" }
            case .string: try dataset.readStrings(rows: rows).map(Table.cell)
            case .other(let type): throw ArtifactError("\(dataset.path) holds \(type), which is not printed")
            }
        }

        private func text(_ number: Int64) -> String {
            if number == -1, !names.isEmpty { return "" }
            return Int(exactly: number).flatMap { names.indices.contains($0) ? Table.cell(names[$0]) : nil } ?? "\(number)"
        }
    }

    private static func cell(_ text: String) -> String { CSVField.text(text.escapingControls(keepingLines: true)) }
}
