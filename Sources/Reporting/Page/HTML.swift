import Essentials
import FoundationEssentials

/// Small pieces of HTML, with everything that comes from data escaped. All of it is well-formed XML too.
public enum HTML {
    /// Text with the characters that mean something in HTML replaced, and those that cannot be seen.
    public static func escaped(_ text: String) -> String {
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

    /// A value as JSON that can stand in a `<script>` element, whatever texts are in it.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // These stand in strings only, so that the escapes mean the same.
        return try String(decoding: encoder.encode(value), as: UTF8.self).replacingScalars { scalar in
            "<>&\u{2028}\u{2029}".unicodeScalars.contains(scalar) ? "\\u" + String(printf: "%04x", scalar.value) : nil
        }
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
    ///
    /// - Parameters:
    ///   - name: what it shows, for those who cannot see it; other than that of any other table on the page.
    ///   - id: for links and searches.
    ///   - classes: the class that each row is about, for searches; empty where rows are about other things.
    static func table(
        _ name: String, id: String? = nil, _ headings: [String], _ rows: [[String]], textColumns: Int, classes: [Int] = []
    ) -> String {
        func cells(_ tag: String, _ row: [String], _ attributes: String = "") -> String {
            row.enumerated().map {
                $0 < textColumns ? "<\(tag)\(attributes)>\($1)</\(tag)>" : "<\(tag)\(attributes) class=\"n\">\($1)</\(tag)>"
            }
            .joined()
        }
        let body = rows.enumerated().map { number, row in
            "<tr\(classes.isEmpty ? "" : " data-class=\"\(classes[number])\"")>\(cells("td", row))</tr>"
        }
        // It is scrolled where it is wider than the page, with keys too.
        return """
            <div class="wide" tabindex="0" role="region" aria-label="\(escaped(name))">\
            <table\(id.map { " id=\"\($0)\"" } ?? "")>
            <thead><tr>\(cells("th", headings, " scope=\"col\""))</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    /// A field that leaves of the rows or parts of the element `id` only those about classes with what is typed in their names.
    static func filter(_ id: String) -> String {
        """
        <label class="filter scripted">Find a class<input type="search" data-filter="\(id)"/><output></output></label>
        """
    }
}
