/// Small pieces of HTML, with everything that comes from data escaped.
enum HTML {
    /// Text with the characters that mean something in HTML replaced, and those that cannot be seen.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in Printable.text(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A page around `content`, which is HTML already.
    static func page(title: String, _ content: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>\(ReportStyle.css)</style>
        </head>
        <body>
        <main>
        \(content)
        </main>
        </body>
        </html>

        """
    }

    /// What a run comes to, large: a value before and after, with how much it varies where that is known.
    static func headline(before: String, after: String) -> String {
        func part(_ value: String, _ name: String) -> String {
            let parts = value.split(separator: " ", maxSplits: 1)
            let rest = parts.dropFirst().map { " <span class=\"spread\">\($0)</span>" }.joined()
            return "<span class=\"\(name)\">\(parts.first ?? "")\(rest)</span>"
        }
        return """
            <p class="headline">\(part(before, "before"))
            <span class="arrow">→</span> \(part(after, "after"))</p>
            """
    }

    /// A table; cells are HTML already. Columns after the first `textColumns` hold numbers.
    static func table(_ headings: [String], _ rows: [[String]], textColumns: Int) -> String {
        func cells(_ tag: String, _ row: [String]) -> String {
            row.enumerated().map {
                $0 < textColumns ? "<\(tag)>\($1)</\(tag)>" : "<\(tag) class=\"n\">\($1)</\(tag)>"
            }
            .joined()
        }
        return """
            <div class="wide"><table>
            <thead><tr>\(cells("th", headings))</tr></thead>
            <tbody>
            \(rows.map { "<tr>\(cells("td", $0))</tr>" }.joined(separator: "\n"))
            </tbody></table></div>
            """
    }
}
