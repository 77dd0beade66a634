import Artifacts
import HDF5
import Terminal

/// All values of one dataset for other programs: a line per row, columns separated by tabs. Control characters in text are
/// written as `\u{1B}`, so that a line stays one and a terminal does not obey them.
struct Values {
    let file: String
    let path: String

    func print() throws {
        let dataset = try File.open(file).root.dataset(path)
        switch dataset.storedType {
        case .integer: try print(dataset) { try dataset.read(Int64.self, rows: $0) }
        case .float(let bits) where bits <= 32: try print(dataset) { try dataset.read(Float.self, rows: $0) }
        case .float: try print(dataset) { try dataset.read(Double.self, rows: $0) }
        case .string: try print(dataset) { try dataset.readStrings(rows: $0) }
        case .other(let type):
            throw ArtifactError("\(file): \(dataset.path) holds \(type), which is not printed")
        }
    }

    /// Prints block by block, so that memory stays small however long the dataset is.
    private func print<Value>(_ dataset: Dataset, read: (Range<Int>?) throws -> [Value]) throws {
        guard let count = try dataset.shape().first else {
            return Standard.output.write(try read(nil).map { "\($0)".escapingControls() + "\n" }.joined())
        }
        for start in stride(from: 0, to: count, by: 1024) {
            let rows = start..<min(count, start + 1024)
            let values = try read(rows)
            let width = values.count / rows.count
            let lines = (0..<rows.count).map { row in
                values[row * width..<(row + 1) * width].map { "\($0)".escapingControls() }.joined(separator: "\t") + "\n"
            }
            Standard.output.write(lines.joined())
        }
    }
}
