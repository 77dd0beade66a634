import Essentials
import FoundationEssentials

/// The rows of a manifest: for each image its path, and its label and part where they are given.
struct ManifestRows {
    struct Row {
        let line: Int
        let path: String
        let label: String?
        let part: String?
    }

    let path: String
    let rows: [Row]

    private static let pathColumns = ["path", "file", "filename", "file_name", "image"]
    private static let labelColumns = ["label", "class"]
    private static let partColumns = ["split", "part"]

    /// Reads JSON Lines (`.jsonl`, `.ndjson`) or a table with a line of column names.
    init(at path: String) throws {
        self.path = path
        let isJSON = [".jsonl", ".ndjson"].contains { path.lowercased().hasSuffix($0) }
        rows = try isJSON ? ManifestRows.objects(at: path) : ManifestRows.table(at: path)
        guard !rows.isEmpty else { throw DataSetError("\(path) lists no image.") }
    }

    private static func table(at path: String) throws -> [Row] {
        let records = try DelimitedText(at: path).records
        guard let header = records.first else { throw DataSetError("\(path) is empty.") }
        let names = header.fields.map { $0.trimmingSpaces().lowercased() }
        guard let pathColumn = names.firstIndex(where: pathColumns.contains) else {
            throw missingPath(
                "\(path) has no column \"path\"; its columns are \(Wording.list(header.fields, limit: 8)).")
        }
        let labelColumn = names.firstIndex(where: labelColumns.contains)
        let partColumn = names.firstIndex(where: partColumns.contains)
        return try records.dropFirst().map { record in
            func field(_ column: Int?) -> String? {
                guard let column else { return nil }
                let text = record.fields[column].trimmingSpaces()
                return text.isEmpty ? nil : text
            }
            guard record.fields.count == names.count else {
                throw DataSetError(
                    "Line \(record.line) of \(path) has \(Wording.count(record.fields.count, "field")), but "
                        + "there are \(names.count) columns. Put quotes around fields with commas.")
            }
            guard let image = field(pathColumn) else {
                throw DataSetError("Line \(record.line) of \(path) gives no path.")
            }
            return Row(line: record.line, path: image, label: field(labelColumn), part: field(partColumn))
        }
    }

    private static func objects(at path: String) throws -> [Row] {
        try zip(1..., ListFile(at: path).lines).compactMap { number, line in
            if line.allSatisfy(\.isWhitespace) { return nil }
            guard let object = try? JSONValue(parsing: line).asObject
            else {
                throw DataSetError("Line \(number) of \(path) is not a JSON object: \"\(line.prefix(60))\".")
            }
            func field(_ names: [String]) throws -> String? {
                guard let name = names.first(where: { object[$0] != nil }), let value = object[name] else {
                    return nil
                }
                switch value {
                case .string(let text): return text.isEmpty ? nil : text
                case .null: return nil
                default:
                    guard let text = value.numberText else {
                        throw DataSetError("Line \(number) of \(path) gives no text or number for \"\(name)\".")
                    }
                    return text
                }
            }
            guard let image = try field(pathColumns) else {
                throw missingPath("Line \(number) of \(path) has no \"path\".")
            }
            return Row(
                line: number, path: image, label: try field(labelColumns), part: try field(partColumns))
        }
    }

    private static func missingPath(_ sentence: String) -> DataSetError {
        DataSetError(
            sentence + " A manifest names each image's path, and optionally its \"label\" and \"split\".")
    }
}
