/// The page that shows several runs side by side: one self-contained HTML file that needs no network.
public struct ComparisonReport {
    private let comparison: RunComparison
    private let page: Page

    /// - Parameter library: draws the charts; without it the page has the numbers only and says so.
    public init(_ comparison: RunComparison, library: ChartLibrary?) {
        self.comparison = comparison
        let scored = comparison.runs.compactMap { run in run.scores.map { (run.name, $0.zeroShot.headline, $0.adapted.headline) }
        }
        var data = Page.PageData()
        if !scored.isEmpty {
            data.charts["runs"] = .dots(
                names: scored.map(\.0), before: scored.map { $0.1 * 100 }, after: scored.map { $0.2 * 100 },
                labels: ["zero-shot", "adapted"], unit: "%", top: 100)
        }
        if let names = comparison.sharedClassNames { data.classes = names.map(Printable.text) }
        page = Page(
            title: "CAP: \(comparison.runs.count) runs side by side", header: "", sections: [], data: data, library: library)
    }

    /// The whole page.
    public func html() throws -> String {
        let settings = comparison.settings.count
        var page = page
        page.header = """
            <header>
            <h1>\(comparison.runs.count) runs side by side</h1>
            <p>CLIP adapted in \(settings == 1 ? "one setting" : "\(settings) settings"). Accuracy on the test images, in zero-shot
            transfer the harmonic mean of seen and unseen accuracy, in %.</p>
            </header>
            \(settings == 1 ? headline : "")
            """
        page.sections = [settingsTable(), runs(), differences(), perClass()].compactMap { $0 }
        return try page.html()
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

    private func settingsTable() -> Page.Section {
        let rows = comparison.settings.map { setting in
            [
                HTML.escaped(setting.dataSet), HTML.escaped(setting.paradigm), HTML.escaped(setting.method),
                setting.runs.map { HTML.escaped($0.name) }.joined(separator: "<br/>"),
                RunComparison.spread(setting.zeroShot), RunComparison.spread(setting.adapted),
            ]
        }
        return .init(
            "settings", "Settings",
            [
                HTML.table(
                    "Settings", ["data set", "paradigm", "method", "runs", "zero-shot", "adapted"], rows, textColumns: 4),
                "<p class=\"note\">Mean ± standard deviation over runs that differ in their seed alone.</p>",
                page.place(of: "runs", "Each run before and after", isTall: comparison.runs.count > 40),
            ])
    }

    private func runs() -> Page.Section { .init("runs", "Runs", [RunComparison.table(of: comparison.runs)]) }

    private func differences() -> Page.Section? {
        let differences = comparison.differences
        guard !differences.isEmpty else { return nil }
        let rows = differences.map { difference in
            [HTML.escaped(difference.name)] + difference.values.map { HTML.escaped($0 ?? "–") }
        }
        return .init(
            "differences", "What differs",
            [
                HTML.table(
                    "Parameters that differ", ["parameter"] + comparison.runs.map { HTML.escaped($0.name) }, rows,
                    textColumns: comparison.runs.count + 1)
            ])
    }

    /// Accuracy on each class, where all runs are about the same classes.
    private func perClass() -> Page.Section? {
        guard let names = comparison.sharedClassNames else { return nil }
        let scored = comparison.runs.filter { $0.scores != nil }
        let rows = names.indices.map { label in
            [HTML.escaped(names[label])]
                + ([scored.first?.scores?.zeroShot.perClass] + scored.map { $0.scores?.adapted.perClass }).map {
                    ($0?[label]).flatMap { $0 }.map(Report.percent) ?? "–"
                }
        }
        return .init(
            "classes", "Accuracy by class",
            [
                HTML.filter("by-class"),
                HTML.table(
                    "Accuracy by class", id: "by-class", ["class", "zero-shot"] + scored.map { HTML.escaped($0.name) }, rows,
                    textColumns: 1, classes: Array(names.indices)),
            ])
    }
}

extension RunComparison {
    /// The classes' names where all scored runs are about the same.
    fileprivate var sharedClassNames: [String]? {
        let scored = runs.filter { $0.scores != nil }
        guard let first = scored.first, scored.allSatisfy({ $0.classNames == first.classNames }) else { return nil }
        return first.classNames
    }
}
