import Essentials
import Metrics

extension Report {
    /// The classes whose names did not find their images.
    func mismatches() -> Page.Section? {
        guard let mismatches = record.mismatches else { return nil }
        guard !mismatches.isEmpty else {
            return .init("mismatched", "Mismatched classes", ["<p>None: every class name found its images.</p>"])
        }
        let isRepeated = mismatches.contains { $0.foundFrequency != nil }
        let rows = mismatches.map { mismatch in
            let others = mismatch.alternatives.map { "<li>\(HTML.escaped($0))</li>" }.joined()
            let text = mismatch.description.map { HTML.escaped($0) } ?? "–"
            return [
                link(mismatch.label),
                others.isEmpty
                    ? text : "\(text)<details><summary>other candidates</summary><ul>\(others)</ul></details>",
                Self.count(mismatch.zeroShotCount),
            ] + (isRepeated ? [mismatch.foundFrequency.map { "\(String(percent: $0)) %" } ?? "–"] : [])
        }
        return .init(
            "mismatched", "Mismatched classes",
            [
                "<p>The names of these classes do not describe their images\(standIn(mismatches)).</p>",
                HTML.table(
                    "Mismatched classes",
                    ["class", "text in its place", "zero-shot predictions"] + (isRepeated ? ["seeds that find it"] : []),
                    rows, textColumns: 2),
            ])
    }

    /// What was done about it.
    private func standIn(_ mismatches: [RunRecord.Mismatch]) -> String {
        let described = mismatches.count { $0.description != nil }
        if described == mismatches.count { return "; a description stood in for \(described == 1 ? "it" : "them")" }
        return described == 0 ? ", and nobody has described them" : "; a description stood in for \(described) of them"
    }

    /// Without labels: what is predicted now, and what was before.
    func changes() -> Page.Section? {
        guard record.evaluation == nil, let predictions = record.predictions, !predictions.paths.isEmpty else { return nil }
        let changed = predictions.paths.indices.filter { predictions.zeroShot[$0] != predictions.adapted[$0] }
        let (before, after) = (predictions.counts(\.zeroShot, record), predictions.counts(\.adapted, record))
        var moves: [[Int]: Int] = [:]
        for position in changed { moves[[predictions.zeroShot[position], predictions.adapted[position]], default: 0] += 1 }
        let most = moves.sorted { ($1.value, $0.key[0], $0.key[1]) < ($0.value, $1.key[0], $1.key[1]) }.prefix(12)
        let rows = record.classNames.indices.map { label in
            [
                link(label), Self.count(before[label]), Self.count(after[label]),
                Self.count(after[label] - before[label]),
            ]
        }
        let share = Double(changed.count) / Double(predictions.paths.count)
        return .init(
            "changes", "What is predicted",
            [
                """
                <p>\(Self.count(changed.count)) of \(Self.count(predictions.paths.count)) images (\(Self.percent(share)) %) are
                predicted as another class than before.</p>
                """,
                page.place(of: "counts", "Images predicted as each class, before and after", isTall: isLong),
                """
                <details><summary>Images predicted as each class, as a table</summary>\(HTML.filter("counts"))
                \(HTML.table(
                    "Images predicted as each class", id: "counts", ["class", "zero-shot", method, "change"], rows, textColumns: 1,
                    classes: Array(record.classNames.indices)))</details>
                """,
                most.isEmpty
                    ? nil
                    : HTML.table(
                        "Changed predictions", ["before", "now", "images"],
                        most.map { [link($0.key[0]), link($0.key[1]), Self.count($0.value)] }, textColumns: 2),
            ])
    }

    /// The pairs of classes that are confused most.
    func confusions() -> Page.Section? {
        guard let evaluation = record.evaluation else { return nil }
        let size = record.classNames.count
        let cells = evaluation.zeroShot.confusion.indices.filter { cell in
            cell / size != cell % size
                && max(evaluation.zeroShot.confusion[cell], evaluation.adapted.confusion[cell]) > 0
        }
        .sorted { a, b in
            let (first, second) = (evaluation.adapted.confusion[a], evaluation.adapted.confusion[b])
            let (firstBefore, secondBefore) = (evaluation.zeroShot.confusion[a], evaluation.zeroShot.confusion[b])
            return (-first, -firstBefore, a) < (-second, -secondBefore, b)
        }
        .prefix(15)
        guard !cells.isEmpty else { return nil }
        let rows = cells.map { cell in
            let (truth, predicted) = (cell / size, cell % size)
            return [
                link(truth), link(predicted), Self.count(evaluation.zeroShot.confusion[cell]),
                button(of: evaluation.adapted.confusion[cell], truth, predicted), Self.count(evaluation.supports[truth]),
                meanMargin(of: truth).map { Verdict.fixed($0) } ?? "–",
            ]
        }
        return .init(
            "confusions", "Most confused classes",
            [
                "<p>The pairs of classes that \(method) confuses most. A number opens its images.</p>",
                HTML.table(
                    "Most confused classes", ["true class", "taken for", "zero-shot", method, "of images", "mean margin"], rows,
                    textColumns: 2),
            ])
    }

    /// A number of mistaken images that opens them.
    private func button(of count: Int, _ truth: Int, _ predicted: Int) -> String {
        guard count > 0, record.predictions != nil else { return Self.count(count) }
        let names = [truth, predicted].map { HTML.escaped(record.classNames[$0]) }
        return """
            <button type="button" class="cell scripted" data-cell="after \(truth) \(predicted)" \
            aria-label="\(count) images of \(names[0]) taken for \(names[1])">\(Self.count(count))</button>\
            <noscript>\(Self.count(count))</noscript>
            """
    }

    /// The mean over the epochs of a class's margin scale; nil without epochs.
    private func meanMargin(of label: Int) -> Double? {
        let scales = record.epochs.compactMap { $0.marginScale.indices.contains(label) ? $0.marginScale[label] : nil }
        return scales.isEmpty ? nil : scales.reduce(0, +) / Double(scales.count)
    }

    /// Accuracy, precision and F1 of each class.
    func perClass() -> Page.Section? {
        guard let evaluation = record.evaluation else { return nil }
        let precisions = evaluation.adapted.matrix.precisions
        let (f1Before, f1After) = (evaluation.zeroShot.matrix.f1Scores, evaluation.adapted.matrix.f1Scores)
        let order = byAccuracy
        let rows = order.map { label in
            let values = [
                evaluation.zeroShot.perClass[label], evaluation.adapted.perClass[label], precisions[label], f1Before[label],
                f1After[label],
            ]
            return [link(label)] + values.map { $0.map(Self.percent) ?? "–" } + [Self.count(evaluation.supports[label])]
        }
        let table = HTML.table(
            "Accuracy by class", id: "by-class",
            ["class", "zero-shot, %", "\(method), % (recall)", "precision, %", "F1 before, %", "F1, %", "test images"], rows,
            textColumns: 1, classes: order)
        let drawn = page.place(of: "classes", "Accuracy of each class before and after", isTall: isLong)
        return .init(
            "classes", "Accuracy by class",
            [
                drawn,
                """
                <details\(drawn == nil ? " open=\"\"" : "")><summary>As a table, with precision and F1, the worst first</summary>
                \(HTML.filter("by-class"))
                \(table)</details>
                """,
            ])
    }

    /// Classes with the lowest accuracy first, those without test images last.
    var byAccuracy: [Int] {
        guard let accuracies = record.evaluation?.adapted.perClass else { return Array(record.classNames.indices) }
        return record.classNames.indices.sorted { (accuracies[$0] ?? 2, $0) < (accuracies[$1] ?? 2, $1) }
    }

    /// Whether there are so many classes that charts of them are scrolled within the page.
    var isLong: Bool { record.classNames.count > 40 }

    func confusionMatrix() -> Page.Section? {
        guard
            let drawn = page.place(
                of: "confusion", "Images of each true class by the class predicted; a cell opens its images")
        else { return nil }
        return .init(
            "confusion", "Confusion matrix",
            [
                drawn,
                "<p class=\"note\">The stronger its colour, the larger a cell's share of the true class. The table above opens images too.</p>",
            ])
    }

    func reliability() -> Page.Section? {
        guard let drawn = page.place(of: "reliability", "Accuracy against confidence") else { return nil }
        return .init(
            "calibration", "Reliability",
            [
                """
                <p>On the dotted line, predictions are right as often as they are confident. Larger points stand for more
                images.</p>
                """,
                drawn,
            ])
    }
}

extension RunRecord.Predictions {
    /// Images predicted as each class, `[classes]`.
    func counts(_ predicted: KeyPath<Self, [Int]>, _ record: RunRecord) -> [Int] {
        var counts = [Int](repeating: 0, count: record.classNames.count)
        for label in self[keyPath: predicted] where counts.indices.contains(label) { counts[label] += 1 }
        return counts
    }
}
