import Artifacts
import Reporting

/// The accuracy of each class before and after adaptation: a table and a figure for every data set, paradigm and method.
struct ClassTable {
    /// The runs of one table, which differ in their seed.
    private struct Setting {
        let column: TableRun.Column
        let title: String
        let suffix: String
        let classes: [Class]
    }

    private struct Class {
        let name: String
        let images: Int
        /// In percent.
        let before: Double
        let after: Spread

        var gain: Double { after.mean - before }
    }

    /// The most classes of a figure; of more those that change most are drawn.
    private static let mostDrawn = 50

    private let settings: [Setting]

    init(_ runs: [TableRun]) throws {
        let titles = runs.titles
        settings = try runs.columns.flatMap { column in
            try titles.compactMap { title in
                let members = runs.filter { $0.column == column && $0.title == title }
                guard let first = members.first else { return nil }
                return try Setting(
                    column: column, title: title, suffix: runs.suffix(column, first.method),
                    classes: Self.classes(members))
            }
        }
    }

    private static func classes(_ runs: [TableRun]) throws -> [Class] {
        var after: [String: [Double]] = [:]
        var before: [String: (images: Int, percent: Double)] = [:]
        for run in runs {
            try run.require(\.perClassCount)
            let names = try run.evaluation.values(\.classes.name)
            let counts = try run.evaluation.ints(\.perClassCount)
            let zeroShot = try run.evaluation.values(\.zeroShot.perClassAccuracy)
            let adapted = try run.evaluation.values(\.adapted.perClassAccuracy)
            for label in names.indices where counts[label] > 0 {
                before[names[label]] = (counts[label], 100 * Double(zeroShot[label]))
                after[names[label], default: []].append(100 * Double(adapted[label]))
            }
        }
        return before.compactMap { name, before in
            Spread(after[name] ?? [])
                .map { Class(name: name, images: before.images, before: before.percent, after: $0) }
        }.sorted { ($0.gain, $1.name) > ($1.gain, $0.name) }
    }

    var exhibit: Exhibit {
        var csv = TextTable(
            head: ["dataset", "paradigm", "method", "class", "images", "zero_shot", "runs", "mean", "sd"])
        var markdown: [String] = []
        for setting in settings {
            var table = TextTable(head: ["class", "test images", "Zero-shot CLIP", setting.title, "difference"])
            for row in setting.classes {
                csv.rows.append([
                    setting.column.dataSet, setting.column.paradigm.rawValue, setting.title, row.name, "\(row.images)",
                    Spread.number(row.before), "\(row.after.values.count)", Spread.number(row.after.mean),
                    row.after.deviationText,
                ])
                let before = Spread.number(row.before)
                table.rows.append([
                    row.name, "\(row.images)", row.before >= row.after.mean ? "**\(before)**" : before,
                    row.after.mean >= row.before ? "**\(row.after.text)**" : row.after.text,
                    (row.gain < 0 ? "−" : "+") + Spread.number(abs(row.gain)),
                ])
            }
            markdown.append("\(setting.column.label), accuracy of each class in %:\n\n\(table.markdown)")
        }
        return Exhibit(
            csv: csv, markdown: markdown.joined(separator: "\n"), figures: settings.map { ($0.suffix, figure(of: $0)) })
    }

    private func figure(of setting: Setting) -> any Figure {
        let all = setting.classes
        let drawn =
            all.count <= Self.mostDrawn
            ? all : all.sorted { abs($0.gain) > abs($1.gain) }.prefix(Self.mostDrawn).sorted { $0.gain > $1.gain }
        let note = drawn.count < all.count ? " (the \(drawn.count) of \(all.count) classes that change most)" : ""
        let measure = "accuracy on \(setting.column.label), %\(note)"
        return PairChart(
            rows: drawn.reversed().map { .init(name: $0.name, before: $0.before, after: $0.after.drawn) },
            before: "Zero-shot CLIP", after: setting.title, label: measure)
    }
}
