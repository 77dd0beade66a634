import Artifacts
import Metrics
import Reporting

/// Accuracy and expected calibration error on the images of classes that zero-shot CLIP confuses, by method.
struct ConfusedGroupTable {
    private struct Group {
        let names: [String]
        let images: Int
        /// By method, in percent.
        var accuracy: [String: [Double]] = [:]
        var error: [String: [Double]] = [:]

        var label: String { names.joined(separator: ", ") }
    }

    private let parts: [TablePart<Group>]
    private let titles: [String]
    private let colors: MethodColors

    init(_ runs: [TableRun]) throws {
        (titles, colors) = (runs.titles, runs.colors)
        parts = try runs.parts(Self.groups)
    }

    private static func groups(_ runs: [TableRun]) throws -> [Group] {
        guard let first = runs.first else { return [] }
        let names = try first.evaluation.values(\.classes.name)
        var found: [[Int]]?
        var groups: [Group] = []
        for run in runs {
            try run.require(\.zeroShot.confusion)
            let evaluation = run.evaluation
            let classes = names.indices
            let labels = try evaluation.indices(\.test.label, in: -1..<names.count)
            let predicted = try evaluation.indices(\.adapted.predicted, in: classes)
            let confidences = try evaluation.values(\.adapted.confidence)
            if found == nil {
                let zeroShot = try evaluation.indices(\.zeroShot.predicted, in: classes)
                let known = labels.indices.filter { labels[$0] >= 0 }
                let members = try ConfusedGroups(
                    ConfusionMatrix(
                        truth: known.map { labels[$0] }, predicted: known.map { zeroShot[$0] }, classCount: names.count)
                ).groups
                groups = members.map { group in
                    Group(names: group.map { names[$0] }, images: labels.count { group.contains($0) })
                }
                found = members
            }
            for (place, group) in (found ?? []).enumerated() {
                let images = labels.indices.filter { group.contains(labels[$0]) }
                let isRight = images.map { predicted[$0] == labels[$0] }
                let calibration = try Calibration(confidences: images.map { confidences[$0] }, isRight: isRight)
                groups[place].accuracy[run.title, default: []].append(
                    100 * Double(isRight.count { $0 }) / Double(images.count))
                groups[place].error[run.title, default: []].append(100 * calibration.expectedCalibrationError)
            }
        }
        return groups
    }

    var exhibit: Exhibit {
        var csv = TextTable(
            head: [
                "dataset", "paradigm", "classes", "images", "method", "runs", "accuracy", "accuracy_sd", "ece", "ece_sd",
            ])
        var markdown: [String] = []
        for part in parts {
            var accuracies = TextTable(head: ["group", "test images"] + titles)
            var errors = TextTable(head: ["group", "test images"] + titles)
            for group in part.rows {
                let accuracy = titles.map { Spread(group.accuracy[$0] ?? []) }
                let error = titles.map { Spread(group.error[$0] ?? []) }
                for (title, (accuracy, error)) in zip(titles, zip(accuracy, error)) {
                    guard let accuracy, let error else { continue }
                    csv.rows.append([
                        part.column.dataSet, part.column.paradigm.rawValue, group.names.joined(separator: "; "),
                        "\(group.images)", title, "\(accuracy.values.count)", Spread.number(accuracy.mean),
                        accuracy.deviationText, Spread.number(error.mean),
                        error.deviationText,
                    ])
                }
                func cells(_ spreads: [Spread?], best: Double?) -> [String] {
                    [group.label, "\(group.images)"] + spreads.map { TextTable.cell($0, best: best) }
                }
                accuracies.rows.append(cells(accuracy, best: accuracy.compactMap { $0?.mean }.max()))
                errors.rows.append(cells(error, best: error.compactMap { $0?.mean }.min()))
            }
            markdown.append(
                part.rows.isEmpty
                    ? "\(part.column.label): zero-shot CLIP confuses no two classes in a tenth of their images.\n"
                    : """
                    \(part.column.label), accuracy within groups of confused classes in %:

                    \(accuracies.markdown)
                    Expected calibration error within them in %:

                    \(errors.markdown)
                    """)
        }
        return Exhibit(
            csv: csv, markdown: markdown.joined(separator: "\n"),
            figures: parts.filter { !$0.rows.isEmpty }.flatMap { part -> [(suffix: String, figure: any Figure)] in
                [
                    (part.suffix + "-accuracy", figure(of: part, "accuracy in the group, %", top: 100) { $0.accuracy }),
                    (part.suffix + "-ece", figure(of: part, "calibration error in the group, %", top: nil) { $0.error }),
                ]
            })
    }

    private func figure(
        of part: TablePart<Group>, _ label: String, top: Double?, _ values: (Group) -> [String: [Double]]
    ) -> any Figure {
        BarChart(
            groups: part.rows.map { $0.names.joined(separator: "\n") },
            series: titles.map { title in
                FigureSeries(
                    name: title, color: colors[title],
                    values: part.rows.map { Spread(values($0)[title] ?? [])?.drawn })
            }, label: label, top: top)
    }
}
