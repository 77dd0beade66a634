import Essentials

/// The page that shows a run: one self-contained HTML file that needs no network.
///
///     let html = try Report(record, library: .installed).html()
///
/// Charts are drawn by D3 when the page is opened; without it the page has the numbers only and says so.
public struct Report {
    let record: RunRecord
    /// With the data of the charts and images that the sections show.
    let page: Page

    public init(_ record: RunRecord, library: ChartLibrary?) {
        self.record = record
        let title = "\(record.method) on \(record.dataSet), \(record.paradigm)"
        page = Page(title: title, header: "", sections: [], data: record.pageData, library: library)
    }

    /// The whole page.
    public func html() throws -> String {
        var page = page
        page.header = """
            <header>
            <h1>\(HTML.escaped(record.dataSet))</h1>
            <p>\(method), \(Self.paradigms[record.paradigm] ?? HTML.escaped(record.paradigm)):
            \(record.classNames.count) classes, \(Self.count(record.unlabeledCount)) unlabeled
            \(record.labeledCount > 0 ? "and \(Self.count(record.labeledCount)) labeled " : "")training images.</p>
            </header>
            """
        page.sections = [
            result(), whatNext(), mismatches(), changes(), confusions(), perClass(), confusionMatrix(), training(), reliability(),
            featureMap(), leastSure(), galleries(), cost(), provenance(),
        ].compactMap { $0 }
        return try page.html()
    }

    private static let paradigms = [
        "ul": "unsupervised (ul)", "ssl": "semi-supervised (ssl)", "trzsl": "transductive zero-shot learning (trzsl)",
    ]

    /// The method's name, escaped.
    var method: String { HTML.escaped(record.method) }

    func name(_ label: Int) -> String {
        HTML.escaped(record.classNames.indices.contains(label) ? record.classNames[label] : "class \(label)")
    }

    /// The class's name, with a link to its images where the page has some.
    func link(_ label: Int) -> String {
        shownClasses.contains(label) ? "<a href=\"#class-\(label)\">\(name(label))</a>" : name(label)
    }

    // MARK: - Result

    private func result() -> Page.Section {
        guard let evaluation = record.evaluation else {
            return .init(
                "result", "Result", ["<p>No test image has a label, so there is no accuracy; predictions are in eval.h5.</p>"])
        }
        let before = evaluation.zeroShot
        let after = evaluation.adapted
        let measure = after.harmonicMean == nil ? "accuracy" : "harmonic mean of seen and unseen accuracy"
        let verdict = Verdict(evaluation, names: record.classNames, measure: measure)
        func row(_ name: String, _ before: Double?, _ after: Double?) -> [String]? {
            guard let before, let after else { return nil }
            return [name, Self.percent(before), Self.percent(after), Verdict.points(after - before)]
        }
        let rows = [
            row("accuracy", before.accuracy, after.accuracy),
            row("among the five most probable", before.topFive, after.topFive),
            row("on seen classes", before.seen, after.seen), row("on unseen classes", before.unseen, after.unseen),
            row("harmonic mean", before.harmonicMean, after.harmonicMean),
            row("macro F1", Self.mean(before.matrix.f1Scores), Self.mean(after.matrix.f1Scores)),
            row("expected calibration error", before.calibrationError, after.calibrationError),
        ]
        let table = HTML.table(
            "Measures before and after", ["%", "zero-shot", method, "change"], rows.compactMap { $0 }, textColumns: 1)
        let setting = RunComparison(record.repetitions).settings.first
        let isOne = setting?.headline == nil
        return .init(
            "result", "Result",
            [
                setting?.headline
                    ?? HTML.headline(before: Self.percent(before.headline), after: Self.percent(after.headline)),
                isOne ? verdict.warning.map { "<p class=\"warning\">\(HTML.escaped($0))</p>" } : nil,
                isOne ? "<p class=\"verdict\">\(HTML.escaped(verdict.sentence)).</p>" : nil,
                """
                <p>\(measure.prefix(1).uppercased() + measure.dropFirst()) on \(Self.count(evaluation.imageCount)) test
                images, before (zero-shot CLIP) and after\(setting.map { ", " + $0.spreadNote } ?? "").</p>
                """,
                setting?.table, isOne ? nil : "<p>This run, which all that follows is about:</p>",
                isOne ? nil : verdict.warning.map { "<p class=\"warning\">\(HTML.escaped($0))</p>" },
                isOne ? nil : "<p class=\"verdict\">\(HTML.escaped(verdict.sentence)).</p>", table,
            ])
    }

    private func whatNext() -> Page.Section? {
        guard !record.nextSteps.isEmpty else { return nil }
        let items = record.nextSteps.map { step in
            """
            <li>\(HTML.escaped(step.reason))
            <div class="command"><code>\(HTML.escaped(step.command))</code>\
            <button type="button" class="copy scripted">copy</button></div></li>
            """
        }
        return .init("next", "What to do next", ["<div class=\"next\"><ul>\(items.joined(separator: "\n"))</ul></div>"])
    }

    // MARK: - Numbers

    static func percent(_ fraction: Double) -> String {
        fraction.isFinite ? String(printf: "%.2f", fraction * 100) : "–"
    }

    static func count(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "−" : "") + ([digits] + groups).joined(separator: "\u{202F}")
    }

    /// The mean of what is known.
    private static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
