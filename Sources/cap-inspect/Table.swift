import Artifacts
import HDF5
import Outputs
import Terminal

/// A group's datasets side by side, or one dataset, as CSV (RFC 4180). Control characters but line breaks and tabs are
/// written as `\u{1B}`, and text that spreadsheets would compute gets an apostrophe before it.
///
/// The columns are the datasets that share the first one's first dimension. Rows are counted, or named where they are
/// classes; so are the columns of a matrix.
struct Table {
    let file: String
    let path: String

    func print() throws {
        let outline = try Outline(of: file, values: 0).restricted(to: path)
        let datasets = outline.datasets.filter { $0.shape != nil && $0.problem == nil }
        guard let first = datasets.first else { throw ArtifactError("\(file): \(path) holds no table") }
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
        let columns = try members.map { try Column($0, root.dataset($0.path), classes: classes, below: path) }
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

    /// One dataset: a column, or as many as its rows are wide.
    private struct Column {
        let headings: [String]
        private let dataset: Dataset

        init(_ outline: Outline.Dataset, _ dataset: Dataset, classes: [String], below path: String) throws {
            self.dataset = dataset
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
            case .integer: try dataset.read(Int64.self, rows: rows).map { "\($0)" }
            case .float(let bits) where bits <= 32: try dataset.read(Float.self, rows: rows).map { "\($0)" }
            case .float: try dataset.read(Double.self, rows: rows).map { "\($0)" }
            case .string: try dataset.readStrings(rows: rows).map(Table.cell)
            case .other(let type): throw ArtifactError("\(dataset.path) holds \(type), which is not printed")
            }
        }
    }

    private static func cell(_ text: String) -> String { CSVField.text(text.escapingControls(keepingLines: true)) }
}
