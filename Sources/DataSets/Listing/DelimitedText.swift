/// A table in text form: comma-separated (RFC 4180: quotes around fields, doubled within), semicolon- or
/// tab-separated.
struct DelimitedText {
    struct Record {
        /// The line the record begins in.
        let line: Int
        let fields: [String]
    }

    let path: String
    let records: [Record]

    /// Reads the table at `path`; the separator is the tab if the first line has one, else the comma, else
    /// the semicolon. Records without any text are left out.
    init(at path: String) throws {
        self.path = path
        let text = try ListFile.text(at: path)
        let firstLine = text.prefix { !$0.isNewline }
        let separator: Character = firstLine.contains("\t") ? "\t" : firstLine.contains(",") ? "," : ";"
        var reader = Reader(path: path, separator: separator)
        for character in text { try reader.take(character) }
        records = try reader.finish()
    }

    private struct Reader {
        let path: String
        let separator: Character
        private var records: [Record] = []
        private var fields: [String] = []
        private var field = ""
        private var line = 1
        private var start = 1
        private var state = State.plain

        private enum State { case plain, quoted, quoteInQuoted }

        init(path: String, separator: Character) {
            self.path = path
            self.separator = separator
        }

        mutating func take(_ character: Character) throws {
            switch (state, character) {
            case (.quoted, "\""):
                state = .quoteInQuoted
            case (.quoted, _):
                field.append(character)
            case (.quoteInQuoted, "\""):
                field.append("\"")
                state = .quoted
            case (_, separator):
                endField()
            case (_, _) where character.isNewline:
                endRecord()
            case (.quoteInQuoted, _):
                throw DataSetError("Line \(line) of \(path) has text after a closing quote.")
            case (.plain, "\"") where field.isEmpty:
                state = .quoted
            case (.plain, _):
                field.append(character)
            }
            if character.isNewline { line += 1 }
        }

        mutating func finish() throws -> [Record] {
            if state == .quoted {
                throw DataSetError(
                    "The quote that opens in the record of line \(start) of \(path) is never closed.")
            }
            if !field.isEmpty || !fields.isEmpty { endRecord() }
            return records
        }

        private mutating func endField() {
            fields.append(field)
            field = ""
            state = .plain
        }

        private mutating func endRecord() {
            endField()
            if fields.contains(where: { !$0.allSatisfy(\.isWhitespace) }) {
                records.append(Record(line: start, fields: fields))
            }
            fields = []
            start = line + 1
        }
    }
}
