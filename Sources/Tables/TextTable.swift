import Essentials
import Outputs
import Reporting

/// Rows of text under headings, as Markdown or CSV.
struct TextTable: Sendable {
    var head: [String]
    var rows: [[String]] = []

    var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.onOneLine.replacing(scalar: "|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return line(head) + "|" + head.map { _ in "---" }.joined(separator: "|") + "|\n" + rows.map(line).joined()
    }

    var csv: String {
        ([head] + rows).map { CSVField.line($0) + "\n" }.joined()
    }

    /// A cell for people: bold where its mean is the best, – where there is none.
    static func cell(_ spread: Spread?, best: Double?) -> String {
        spread.map { $0.mean == best ? "**\($0.text)**" : $0.text } ?? "–"
    }
}
