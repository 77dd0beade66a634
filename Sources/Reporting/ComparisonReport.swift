/// The page that shows several runs side by side: one self-contained HTML file that needs no network.
public struct ComparisonReport {
    private let comparison: RunComparison
    private let charts: Charts?

    public init(_ comparison: RunComparison, gnuplot: Gnuplot?) {
        self.comparison = comparison
        charts = gnuplot.map(Charts.init)
    }

    /// The whole page.
    public func html() throws -> String {
        let sections = try [settings(), runs(), differences(), perClass()]
        return HTML.page(
            title: "CAP: \(comparison.runs.count) runs side by side",
            """
            <header>
            <h1>\(comparison.runs.count) runs side by side</h1>
            <p>CLIP adapted by CAP, in \(comparison.settings.count == 1 ? "one setting" : "\(comparison.settings.count) settings"). Accuracy on the test images, in zero-shot transfer the
            harmonic mean of seen and unseen accuracy, in %.</p>
            </header>
            \(sections.compactMap { $0 }.joined(separator: "\n"))
            """)
    }

    /// The settings as a table for a terminal.
    public func text() -> String {
        var rows = [["data set", "paradigm", "runs", "zero-shot", "CAP"]]
        rows += comparison.settings.map {
            [
                $0.dataSet, $0.paradigm, "\($0.runs.count)", RunComparison.spread($0.zeroShot),
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

    private func settings() throws -> String {
        let rows = comparison.settings.map { setting in
            [
                HTML.escaped(setting.dataSet), HTML.escaped(setting.paradigm),
                setting.runs.map { HTML.escaped($0.name) }.joined(separator: "<br>"),
                RunComparison.spread(setting.zeroShot), RunComparison.spread(setting.adapted),
            ]
        }
        let scored = comparison.runs.filter { $0.scores != nil }
        let drawn = try scored.isEmpty
            ? nil
            : charts?.runs(
                scored.map(\.name), before: scored.map { $0.scores?.zeroShot.headline ?? 0 },
                after: scored.map { $0.scores?.adapted.headline ?? 0 })
        return section(
            "Settings",
            [
                HTML.table(["data set", "paradigm", "runs", "zero-shot", "CAP"], rows, textColumns: 3),
                "<p class=\"note\">Mean ± standard deviation over runs that differ in their seed alone.</p>",
            ] + (drawn.map { ["<figure class=\"wide\">\($0)</figure>"] } ?? []))
    }

    private func runs() -> String {
        func percent(_ fraction: Double?) -> String { fraction.map(Report.percent) ?? "–" }
        // Seen and unseen classes are a matter of zero-shot transfer.
        let isTransfer = comparison.runs.contains { $0.scores?.adapted.harmonicMean != nil }
        let rows = comparison.runs.map { run in
            let adapted = run.scores?.adapted
            return [
                HTML.escaped(run.name), run.seed.map(String.init) ?? "–", percent(run.scores?.zeroShot.accuracy),
                percent(adapted?.accuracy),
            ] + (isTransfer ? [adapted?.seen, adapted?.unseen, adapted?.harmonicMean].map(percent) : [])
                + [percent(adapted?.calibrationError)]
        }
        let headings =
            ["run", "seed", "zero-shot", "CAP"] + (isTransfer ? ["seen", "unseen", "harmonic mean"] : [])
            + ["calibration error"]
        return section("Runs", [HTML.table(headings, rows, textColumns: 1)])
    }

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
