import Foundation

/// The page that shows a run: one self-contained HTML file that needs no network.
///
///     let html = try Report(record, gnuplot: Gnuplot()).html()
///
/// Charts are drawn by gnuplot; without it the page has the numbers only and says so.
public struct Report {
    let record: RunRecord
    private let charts: Charts?

    public init(_ record: RunRecord, gnuplot: Gnuplot?) {
        self.record = record
        charts = gnuplot.map { Charts(gnuplot: $0, method: record.method) }
    }

    /// The whole page.
    public func html() throws -> String {
        let title = "\(record.method) on \(record.dataSet), \(record.paradigm)"
        let sections = try [
            result(), mismatches(), confusions(), pseudolabels(), perClass(), confusionMatrix(), reliability(),
            featureMap(), galleries(), cost(), provenance(),
        ]
        return HTML.page(
            title: title,
            """
            <header>
            <h1>\(HTML.escaped(record.dataSet))</h1>
            <p>\(method), \(Self.paradigms[record.paradigm] ?? HTML.escaped(record.paradigm)):
            \(record.classNames.count) classes, \(Self.count(record.unlabeledCount)) unlabeled
            \(record.labeledCount > 0 ? "and \(Self.count(record.labeledCount)) labeled " : "")training images.</p>
            </header>
            \(sections.compactMap { $0 }.joined(separator: "\n"))
            \(charts == nil ? "<p class=\"note\">Charts are missing: gnuplot was not found when this page was made.</p>" : "")
            """)
    }

    private static let paradigms = [
        "ul": "unsupervised (ul)", "ssl": "semi-supervised (ssl)", "trzsl": "transductive zero-shot learning (trzsl)",
    ]

    func section(_ title: String, _ content: [String?]) -> String {
        "<section>\n<h2>\(title)</h2>\n\(content.compactMap { $0 }.joined(separator: "\n"))\n</section>"
    }

    /// - Parameter isSmall: whether the chart can be read at the width of a phone; others are scrolled there.
    func chart(isSmall: Bool = false, _ draw: (Charts) throws -> String) rethrows -> String? {
        try charts.map { "<figure class=\"\(isSmall ? "small" : "wide")\">\(try draw($0))</figure>" }
    }

    /// The method's name, escaped.
    var method: String { HTML.escaped(record.method) }

    func name(_ label: Int) -> String {
        HTML.escaped(record.classNames.indices.contains(label) ? record.classNames[label] : "class \(label)")
    }

    // MARK: - Sections

    private func result() -> String {
        guard let evaluation = record.evaluation else {
            return section(
                "Result", ["<p>No test image has a label, so there is no accuracy; predictions are in eval.h5.</p>"])
        }
        let before = evaluation.zeroShot
        let after = evaluation.adapted
        let measure = after.harmonicMean == nil ? "accuracy" : "harmonic mean of seen and unseen accuracy"
        var rows = [["accuracy", Self.percent(before.accuracy), Self.percent(after.accuracy)]]
        if let seenBefore = before.seen, let unseenBefore = before.unseen, let meanBefore = before.harmonicMean,
            let seen = after.seen, let unseen = after.unseen, let mean = after.harmonicMean
        {
            rows += [
                ["on seen classes", Self.percent(seenBefore), Self.percent(seen)],
                ["on unseen classes", Self.percent(unseenBefore), Self.percent(unseen)],
                ["harmonic mean", Self.percent(meanBefore), Self.percent(mean)],
            ]
        }
        rows.append(
            [
                "expected calibration error", Self.percent(before.calibrationError),
                Self.percent(after.calibrationError),
            ])
        let table = HTML.table(["%", "zero-shot", method], rows, textColumns: 1)
        let setting = RunComparison(record.repetitions).settings.first
        let isOne = setting?.headline == nil
        let harm = AdaptationHarm(zeroShot: before, adapted: after).map { harm in
            "<p class=\"note\"><strong>Warning:</strong> \(isOne ? "" : "in this run ")\(HTML.escaped("\(harm)")).</p>"
        }
        return section(
            "Result",
            [
                setting?.headline
                    ?? HTML.headline(before: Self.percent(before.headline), after: Self.percent(after.headline)),
                harm,
                """
                <p>\(measure.prefix(1).uppercased() + measure.dropFirst()) on \(Self.count(evaluation.imageCount)) test
                images, before (zero-shot CLIP) and after\(setting.map { ", " + $0.spreadNote } ?? "").</p>
                """,
                setting?.table, isOne ? nil : "<p>This run, which all that follows is about:</p>", table,
            ])
    }

    private func mismatches() -> String? {
        guard let mismatches = record.mismatches else { return nil }
        guard !mismatches.isEmpty else {
            return section("Mismatched classes", ["<p>None: every class name found its images.</p>"])
        }
        let rows = mismatches.map { mismatch in
            let others = mismatch.alternatives.map { "<li>\(HTML.escaped($0))</li>" }.joined()
            let text = mismatch.description.map { HTML.escaped($0) } ?? "–"
            return [
                name(mismatch.label),
                others.isEmpty
                    ? text : "\(text)<details><summary>other candidates</summary><ul>\(others)</ul></details>",
                Self.count(mismatch.zeroShotCount),
            ]
        }
        return section(
            "Mismatched classes",
            [
                "<p>The names of these classes do not describe their images; a description stood in for them.</p>",
                HTML.table(["class", "text in its place", "zero-shot predictions"], rows, textColumns: 2),
            ])
    }

    private func confusions() throws -> String? {
        guard let evaluation = record.evaluation else {
            return try margins().map { section("Margin", [$0]) }
        }
        let size = record.classNames.count
        let cells = evaluation.zeroShot.confusion.indices.filter { cell in
            cell / size != cell % size
                && max(evaluation.zeroShot.confusion[cell], evaluation.adapted.confusion[cell]) > 0
        }
        func mistakes(_ cell: Int) -> Int { evaluation.zeroShot.confusion[cell] + evaluation.adapted.confusion[cell] }
        let worst = cells.sorted { mistakes($0) != mistakes($1) ? mistakes($0) > mistakes($1) : $0 < $1 }.prefix(12)
        guard !worst.isEmpty else { return try margins().map { section("Margin", [$0]) } }
        let rows = worst.map { cell in
            [
                name(cell / size), name(cell % size), Self.count(evaluation.zeroShot.confusion[cell]),
                Self.count(evaluation.adapted.confusion[cell]), Self.count(evaluation.supports[cell / size]),
                meanMargin(of: cell / size).map { String(format: "%.2f", $0) } ?? "–",
            ]
        }
        return section(
            "Most confused classes",
            [
                HTML.table(
                    ["true class", "taken for", "zero-shot", method, "of images", "mean margin"], rows, textColumns: 2),
                try margins(),
            ])
    }

    /// The mean over the epochs of a class's margin scale; nil without epochs.
    private func meanMargin(of label: Int) -> Double? {
        let scales = record.epochs.compactMap { $0.marginScale.indices.contains(label) ? $0.marginScale[label] : nil }
        return scales.isEmpty ? nil : scales.reduce(0, +) / Double(scales.count)
    }

    /// What the margin did.
    private func margins() throws -> String? {
        guard record.epochs.contains(where: { $0.marginScale.contains { $0 > 0 } }) else { return nil }
        let drawn = try chart {
            try $0.byClassAndEpoch(
                record.classNames, record.epochs.map(\.marginScale), name: "margin",
                title: "Margin scale of each class by epoch", unit: "margin scale, logits")
        }
        guard let drawn else { return nil }
        return """
            <p>The margin pushes images of a class away from the classes it resembles, the more the seldomer the class is
            predicted with confidence. The first epoch has none.</p>
            \(drawn)
            """
    }

    private func pseudolabels() throws -> String? {
        guard let last = record.epochs.last else { return nil }
        let per = record.pseudolabelsPerClass.filter { $0 > 0 }
        let spread = per.min().flatMap { low in per.max().map { low == $0 ? "\(low)" : "\(low) to \($0)" } } ?? "0"
        let right = last.pseudolabelAccuracy.map { "; \(Self.percent($0)) % of the last epoch's are right" } ?? ""
        return section(
            "Pseudolabels",
            [
                """
                <p>\(Self.count(record.epochs.first?.pseudolabelCount ?? 0)) in the first of \(record.epochs.count) epochs,
                \(Self.count(last.pseudolabelCount)) in the last, \(spread) per class\(right).</p>
                """,
                try chart { try $0.epochs(record.epochs) },
                charts == nil ? nil : "<p>Unlabeled images predicted with confidence, by class and epoch:</p>",
                try chart {
                    try $0.byClassAndEpoch(
                        record.classNames, record.epochs.map { $0.confidentPerClass.map(Double.init) }, name: "balance",
                        title: "Unlabeled images predicted with confidence, by class and epoch",
                        unit: "confident images")
                },
            ])
    }

    private func perClass() throws -> String? {
        guard let evaluation = record.evaluation else { return nil }
        let rows = record.classNames.indices.map { label in
            [
                name(label), evaluation.zeroShot.perClass[label].map(Self.percent) ?? "–",
                evaluation.adapted.perClass[label].map(Self.percent) ?? "–", Self.count(evaluation.supports[label]),
            ]
        }
        let table = HTML.table(["class", "zero-shot, %", "\(method), %", "test images"], rows, textColumns: 1)
        return section(
            "Accuracy by class",
            [
                try chart {
                    try $0.perClass(
                        record.classNames, before: evaluation.zeroShot.perClass, after: evaluation.adapted.perClass)
                },
                "<details\(charts == nil ? " open" : "")><summary>as a table</summary>\(table)</details>",
            ])
    }

    private func confusionMatrix() throws -> String? {
        guard let evaluation = record.evaluation else { return nil }
        let adapted = try chart {
            try $0.confusion(record.classNames, evaluation.adapted.confusion, of: record.method, name: "confusionAfter")
        }
        let zeroShot = try chart {
            try $0.confusion(
                record.classNames, evaluation.zeroShot.confusion, of: "zero-shot CLIP", name: "confusionBefore")
        }
        guard let adapted, let zeroShot else { return nil }
        return section(
            "Confusion matrix",
            ["<h3>\(method)</h3>", adapted, "<details><summary>zero-shot CLIP</summary>\(zeroShot)</details>"])
    }

    private func reliability() throws -> String? {
        guard let evaluation = record.evaluation else { return nil }
        let drawn = try chart(isSmall: true) {
            try $0.reliability(before: evaluation.zeroShot.reliability, after: evaluation.adapted.reliability)
        }
        guard let drawn else { return nil }
        return section(
            "Reliability",
            [
                """
                <p>On the dotted line, predictions are right as often as they are confident. Larger points stand for more
                images.</p>
                """,
                drawn,
            ])
    }

    private func provenance() -> String {
        let stages = record.stages.map { stage in
            let parameters = HTML.table(
                ["parameter", "value"],
                stage.parameters.map { [HTML.escaped($0.name), HTML.escaped($0.value)] }, textColumns: 2)
            return """
                <details><summary><code>\(HTML.escaped(stage.command))</code></summary>
                <p>\(HTML.escaped(stage.file))</p>
                \(parameters)
                </details>
                """
        }
        let software = record.software.map { "\(HTML.escaped($0.name)) \(HTML.escaped($0.version))" }
        return section("How it was made", stages + ["<p>\(software.joined(separator: ", "))</p>"])
    }

    // MARK: - Numbers

    static func percent(_ fraction: Double) -> String {
        fraction.isFinite ? String(format: "%.2f", fraction * 100) : "–"
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
}
