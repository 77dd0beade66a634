import Outputs
import TestSupport
import Testing

@Suite("Fields of CSV that no spreadsheet computes")
struct CSVFieldTests {
    /// What a table's reader makes of a line (RFC 4180), for any of the separators that spreadsheets take.
    static func cells(_ text: String, separator: Unicode.Scalar) -> [String] {
        var cells = [String.UnicodeScalarView()]
        var (isQuoted, wasQuote) = (false, false)
        for scalar in text.unicodeScalars {
            if scalar == "\"" {
                // A second one behind it stands for one of the text's.
                if !isQuoted && wasQuote { cells[cells.count - 1].append(scalar) }
                isQuoted.toggle()
            } else if !isQuoted && (scalar == separator || scalar == "\n" || scalar == "\r") {
                cells.append(String.UnicodeScalarView())
            } else {
                cells[cells.count - 1].append(scalar)
            }
            wasQuote = scalar == "\"" && !isQuoted
        }
        return cells.map { String($0) }
    }

    /// Whether a spreadsheet would compute a cell that it reads.
    static func isComputed(_ cell: String) -> Bool {
        let seen = cell.drop { $0.isWhitespace || $0 == "\u{200B}" || $0 == "\u{FEFF}" }
        guard let first = seen.unicodeScalars.first, "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first) else {
            return cell.unicodeScalars.first == "\t" || cell.unicodeScalars.first == "\r" || cell.unicodeScalars.first == "\n"
        }
        return Double(cell) == nil
    }

    @Test("whatever begins like a formula, behind whatever, with whatever behind it")
    func grammar() {
        let before = ["", " ", "\t", "\r", "\n", "\u{A0}", "\u{200B}", "\u{FEFF}", "\u{1B}", "'", "\"", "a", "\u{1F}"]
        let signs = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "=-", "@@", "--", "+1+", "-1-"]
        let after = [
            "", "1+1", "cmd|' /C calc'!A0", "SUM(A1,B2)", "HYPERLINK(\"http://x/?\"&A1;\"y\")", "\nx", "été", ";=1", ",=1",
            "\t=1", "\"\u{301},=1", ",\u{301}=1", ";\u{FE0F}\"\u{200D}=1",
        ]
        for text in before.flatMap({ a in signs.flatMap { b in after.map { a + b + $0 } } }) {
            let field = CSVField.text(text)
            for separator: Unicode.Scalar in [",", ";", "\t"] {
                let cells = Self.cells(field, separator: separator)
                #expect(cells.count == 1, "\(text.debugDescription) is \(cells.count) cells")
                #expect(!Self.isComputed(cells[0]), "\(text.debugDescription)")
                // What was said is there, behind an apostrophe at most.
                #expect(cells[0] == text || cells[0] == "'" + text)
            }
        }
    }

    @Test("numbers stay numbers", arguments: ["-1", "+2.5", "-.5", "-1e-05", "+12E+3", "0", "-3.", "12"])
    func numbers(text: String) { #expect(CSVField.text(text) == text) }

    @Test("other text stays as it is", arguments: ["banded", "a-b", "it's", "x=1", "été", "1-2", "", "100%", "~/a.jpg"])
    func texts(text: String) { #expect(CSVField.text(text) == text) }

    @Test("a line", arguments: [(["a", "-1", "=1"], "a,-1,'=1"), (["x,y", "a;b", "q\"r"], "\"x,y\",\"a;b\",\"q\"\"r\"")])
    func line(fields: [String], expected: String) { #expect(CSVField.line(fields) == expected) }
}
