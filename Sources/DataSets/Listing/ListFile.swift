import FoundationEssentials

/// A text file of lines. A byte order mark, Windows line ends and a missing last line end are all fine.
struct ListFile {
    let path: String
    /// The file's lines without their ends, empty ones included, so that position + 1 is the line number.
    let lines: [String]

    init(at path: String) throws {
        self.path = path
        let text = try ListFile.text(at: path)
        var lines = text.split(separator: /\r\n|\n|\r/, omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        self.lines = lines
    }

    /// A file's contents as UTF-8 without byte order mark.
    static func text(at path: String) throws -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path, isDirectory: false))
        } catch {
            let reason =
                FileManager.default.fileExists(atPath: path) ? "it cannot be read" : "it is not there"
            throw DataSetError("The file \(path) is needed, but \(reason).")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw DataSetError("The file \(path) is not UTF-8 text. Save it as UTF-8.")
        }
        return text.first == "\u{feff}" ? String(text.dropFirst()) : text
    }
}
