/// The page that shows several runs side by side: one self-contained HTML file that needs no network.
public struct ComparisonReport {
    private let comparison: RunComparison
    private let charts: Charts?

    public init(_ comparison: RunComparison, gnuplot: Gnuplot?) {
        self.comparison = comparison
        charts = gnuplot.map { Charts(gnuplot: $0, method: "adapted") }
    }

    /// The whole page.
    public func html() throws -> String {
        let sections = try [settingsTable(), runs(), differences(), perClass()]
        let settings = comparison.settings.count
        return HTML.page(
            title: "CAP: \(comparison.runs.count) runs side by side",
            """
            <header>
            <h1>\(comparison.runs.count) runs side by side</h1>
            <p>CLIP adapted in \(settings == 1 ? "one setting" : "\(settings) settings"). Accuracy on the test images, in zero-shot
            transfer the harmonic mean of seen and unseen accuracy, in %.</p>
            </header>
            \(settings == 1 ? headline : "")
            \(sections.compactMap { $0 }.joined(separator: "\n"))
            """)
    }

    /// The result of the first setting, large.
    private var headline: String {
        guard let setting = comparison.settings.first, let headline = setting.headline else { return "" }
        guard setting.runs.count > 1 else { return headline }
        return """
            \(headline)
            <p>\(setting.measure.prefix(1).uppercased() + setting.measure.dropFirst()), before (zero-shot CLIP) and after,
            \(setting.spreadNote).</p>
            """
    }

    /// The settings as a table for a terminal.
    public func text() -> String {
        var rows = [["data set", "paradigm", "method", "runs", "zero-shot", "adapted"]]
        rows += comparison.settings.map {
            [
                $0.dataSet, $0.paradigm, $0.method, "\($0.runs.count)", RunComparison.spread($0.zeroShot),
                RunComparison.spread($0.adapted),
            ]
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    private func section(_ title: String, _ content: [String]) -> String {
        "<section>\n<h2>\(title)</h2>\n\(content.joined(separator: "\n"))\n</section>"
    }

    private func settingsTable() throws -> String {
        let rows = comparison.settings.map { setting in
            [
                HTML.escaped(setting.dataSet), HTML.escaped(setting.paradigm), HTML.escaped(setting.method),
                setting.runs.map { HTML.escaped($0.name) }.joined(separator: "<br>"),
                RunComparison.spread(setting.zeroShot), RunComparison.spread(setting.adapted),
            ]
        }
        let scored = comparison.runs.filter { $0.scores != nil }
        let drawn =
            try scored.isEmpty
            ? nil
            : charts?.runs(
                scored.map(\.name), before: scored.map { $0.scores?.zeroShot.headline ?? 0 },
                after: scored.map { $0.scores?.adapted.headline ?? 0 })
        return section(
            "Settings",
            [
                HTML.table(["data set", "paradigm", "method", "runs", "zero-shot", "adapted"], rows, textColumns: 4),
                "<p class=\"note\">Mean ± standard deviation over runs that differ in their seed alone.</p>",
            ] + (drawn.map { ["<figure class=\"wide\">\($0)</figure>"] } ?? []))
    }

    private func runs() -> String { section("Runs", [RunComparison.table(of: comparison.runs)]) }

    private func differences() -> String? {
        let differences = comparison.differences
        guard !differences.isEmpty else { return nil }
        let rows = differences.map { difference in
            [HTML.escaped(difference.name)] + difference.values.map { HTML.escaped($0 ?? "–") }
        }
        return section(
            "What differs",
            [
                HTML.table(
                    ["parameter"] + comparison.runs.map { HTML.escaped($0.name) }, rows,
                    textColumns: comparison.runs.count + 1)
            ])
    }

    /// Accuracy on each class, where all runs are about the same classes.
    private func perClass() -> String? {
        let scored = comparison.runs.filter { $0.scores != nil }
        guard let first = scored.first, scored.allSatisfy({ $0.classNames == first.classNames }) else { return nil }
        let rows = first.classNames.indices.map { label in
            [HTML.escaped(first.classNames[label])]
                + ([first.scores?.zeroShot.perClass] + scored.map { $0.scores?.adapted.perClass }).map {
                    ($0?[label]).flatMap { $0 }.map(Report.percent) ?? "–"
                }
        }
        return section(
            "Accuracy by class",
            [HTML.table(["class", "zero-shot"] + scored.map { HTML.escaped($0.name) }, rows, textColumns: 1)])
    }
}
