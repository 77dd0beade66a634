/// Rows of text under headings, as Markdown or CSV.
struct TextTable: Sendable {
    var head: [String]
    var rows: [[String]] = []

    var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ") + " |\n"
        }
        return line(head) + "|" + head.map { _ in "---" }.joined(separator: "|") + "|\n" + rows.map(line).joined()
    }

    var csv: String {
        ([head] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
    }

    private static func quoted(_ field: String) -> String {
        field.contains { ",\"\n".contains($0) } ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }
}
