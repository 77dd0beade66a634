import Essentials

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
        let separator = ["\t", ","].first { firstLine.unicodeScalars.contains($0) } ?? ";"
        var reader = Reader(path: path, separator: separator)
        // Scalars, since a comma before a combining mark is another character than a comma.
        for scalar in text.unicodeScalars { try reader.take(scalar) }
        records = try reader.finish()
    }

    private struct Reader {
        let path: String
        let separator: Unicode.Scalar
        private var records: [Record] = []
        private var fields: [String] = []
        private var field = String.UnicodeScalarView()
        private var line = 1
        private var start = 1
        private var state = State.plain
        /// Whether the last was a carriage return, behind which a line feed ends the same line.
        private var wasReturn = false

        private enum State { case plain, quoted, quoteInQuoted }

        init(path: String, separator: Unicode.Scalar) {
            self.path = path
            self.separator = separator
        }

        mutating func take(_ scalar: Unicode.Scalar) throws {
            let endsLine = scalar.isLineBreak
            defer { wasReturn = scalar == "\r" }
            switch (state, scalar) {
            case (.quoted, "\""):
                state = .quoteInQuoted
            case (.quoted, _):
                field.append(scalar)
            case (.quoteInQuoted, "\""):
                field.append("\"")
                state = .quoted
            case (_, separator):
                endField()
            case (_, "\n") where wasReturn: break
            case (_, _) where endsLine:
                endRecord()
            case (.quoteInQuoted, _):
                throw DataSetError("Line \(line) of \(path) has text after a closing quote.")
            case (.plain, "\"") where field.isEmpty:
                state = .quoted
            case (.plain, _):
                field.append(scalar)
            }
            if endsLine, !(scalar == "\n" && wasReturn) { line += 1 }
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
            fields.append(String(field))
            field = String.UnicodeScalarView()
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
