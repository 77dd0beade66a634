import Artifacts
import Essentials
import FoundationEssentials
import Methods
import Parameters
import Reporting

/// Test accuracies: a row per method, or per value of a parameter, a column per data set and paradigm, in each cell the
/// mean over the seeds.
struct ResultsTable {
    /// One run's result.
    private struct Result {
        let row: Row
        let column: Column
        /// Test accuracy, in zero-shot transfer the harmonic mean, in percent, after and before.
        let percent: Double
        let zeroShot: Double
        /// Seconds of training; nil where the model does not say.
        let seconds: Double?
        /// CLIP's; nil where features.h5 is gone, or does not say.
        let encoder: PublishedResults.Encoder?
    }

    private struct Row: Hashable {
        /// What rows are sorted by: a method's place, or the parameter's value.
        let place: Double
        let label: String
        /// The parameter's value; nothing in tables of methods.
        var value = ""
        /// What published numbers are looked up by; nil in tables of a parameter, and with unusual prompts.
        let method: String?
    }

    private struct Column: Hashable {
        let made: TableRun.Column
        /// In tables of a parameter for several methods.
        let method: String?

        var label: String { made.label + (method.map { ", \($0)" } ?? "") }
    }

    private let rowsBy: Exhibit.Rows
    private let results: [Result]
    private let rows: [Row]
    private let columns: [Column]
    private let titles: [String]
    private let colors: MethodColors

    /// - Throws: `ArtifactError` where a run has no labeled test images, and where two runs are of the same cell and seed.
    init(_ runs: [TableRun], rows: Exhibit.Rows) throws {
        rowsBy = rows
        titles = runs.titles
        let titles = titles
        colors = runs.colors
        results = try runs.map { try Self.result($0, rows: rows, methods: titles.count) }
        var seen: [String: String] = [:]
        for (result, run) in zip(results, runs) {
            let name = "\(result.row.label), \(result.column.label), seed \(run.seed)"
            if let other = seen.updateValue(run.evaluation.path, forKey: name) {
                throw ArtifactError("\(other) and \(run.evaluation.path) are both \(name): a table takes each run once")
            }
        }
        self.rows = Set(results.map(\.row)).sorted { ($0.place, $0.label) < ($1.place, $1.label) }
        columns = Set(results.map(\.column)).sorted {
            $0.made != $1.made
                ? $0.made < $1.made
                : (titles.firstIndex(of: $0.method ?? "") ?? 0) < (titles.firstIndex(of: $1.method ?? "") ?? 0)
        }
    }

    private static func result(_ run: TableRun, rows: Exhibit.Rows, methods: Int) throws -> Result {
        let metric: KeyPath<EvaluatedModelKeys, DatasetKey<Double>> =
            run.column.paradigm == .trzsl ? \.metrics.harmonicMean : \.metrics.accuracy
        let (zeroShot, adapted) = (
            (\EvaluationSchema.zeroShot).appending(path: metric), (\EvaluationSchema.adapted).appending(path: metric)
        )
        try run.require(adapted)
        let row: Row
        var method: String?
        switch rows {
        case .method:
            row = Row(
                place: Double(run.place), label: run.title,
                method: run.hasUsualPrompts ? run.method.name : nil)
        case .parameter(let parameter):
            let value = try run.value(of: parameter).plainText
            row = Row(place: Double(value) ?? 0, label: "\(parameter.name) = \(value)", value: value, method: nil)
            method = methods > 1 ? run.title : nil
        }
        return try Result(
            row: row, column: Column(made: run.column, method: method),
            percent: 100 * run.evaluation.value(adapted),
            zeroShot: 100 * run.evaluation.value(zeroShot),
            seconds: run.model.valueIfPresent(\.seconds),
            encoder: run.encoder())
    }

    private func members(_ row: Row, _ column: Column) -> [Result] {
        results.filter { $0.row == row && $0.column == column }
    }

    private func cell(_ row: Row, _ column: Column) -> Spread? { Spread(members(row, column).map(\.percent)) }

    private func published(_ row: Row, _ column: Column) -> String? {
        guard let method = row.method, let encoder = members(row, column).first?.encoder else { return nil }
        return PublishedResults.accuracy(
            method: method, dataSet: column.made.dataSet, paradigm: column.made.paradigm.rawValue, encoder: encoder)
    }

    var exhibit: Exhibit { Exhibit(csv: csv, markdown: markdown, figures: [("", figure)]) }

    /// A line per row and column, percentages and seconds of training.
    private var csv: TextTable {
        var table = TextTable(
            head: ["row", "dataset", "paradigm", "runs", "mean", "sd", "min", "max", "seconds", "published"])
        if columns.contains(where: { $0.method != nil }) { table.head.insert("method", at: 3) }
        for row in rows {
            for column in columns {
                guard let cell = cell(row, column) else { continue }
                let seconds = Spread(members(row, column).compactMap(\.seconds))?.mean
                table.rows.append(
                    [row.label, column.made.dataSet, column.made.paradigm.rawValue] + [column.method].compactMap { $0 } + [
                        "\(cell.values.count)", Spread.number(cell.mean), cell.deviationText,
                        Spread.number(cell.values.min() ?? 0), Spread.number(cell.values.max() ?? 0),
                        seconds.map { String(printf: "%.1f", $0) } ?? "", published(row, column) ?? "",
                    ])
            }
        }
        return table
    }

    /// Mean ± standard deviation in percent, the best of a column in bold, the published number in parentheses.
    private var markdown: String {
        var table = TextTable(head: [rowsBy == .method ? "method" : ""] + columns.map(\.label))
        let best = columns.map { column in rows.compactMap { cell($0, column)?.mean }.max() }
        for row in rows {
            table.rows.append(
                [row.label]
                    + zip(columns, best).map { column, best in
                        TextTable.cell(cell(row, column), best: best)
                            + (published(row, column).map { " (paper \($0))" } ?? "")
                    })
        }
        return table.markdown
    }

    private var measure: String {
        let paradigms = Set(columns.map(\.made.paradigm))
        if paradigms == [.trzsl] { return "harmonic mean, %" }
        return paradigms.contains(.trzsl) ? "accuracy (TRZSL: harmonic mean), %" : "test accuracy, %"
    }

    private var figure: any Figure {
        switch rowsBy {
        case .method:
            return BarChart(
                groups: columns.map { "\($0.made.dataSet)\n\($0.made.paradigm.rawValue.uppercased())" },
                series: rows.map { row in
                    FigureSeries(
                        name: row.label, color: colors[row.label],
                        values: columns.map { cell(row, $0)?.drawn })
                }, label: measure, top: 100)
        case .parameter(let parameter):
            let areNumbers = rows.allSatisfy { Double($0.value) != nil }
            let isOfMethods = Set(columns.map(\.made)).count == 1
            var colors = ([FigureSeries.capColor] + FigureSeries.otherColors).makeIterator()
            let series = columns.map { column in
                let method = column.method ?? titles.first ?? ""
                return FigureSeries(
                    name: isOfMethods ? method : column.label,
                    color: isOfMethods ? self.colors[method] : colors.next() ?? FigureSeries.spareColor,
                    values: rows.map { cell($0, column)?.drawn })
            }
            return LineChart(
                positions: areNumbers ? rows.map(\.place) : rows.indices.map(Double.init), names: rows.map(\.value),
                series: series, levels: levels, parameter: Self.name(of: parameter), label: measure)
        }
    }

    /// What CLIP does by itself on each data set.
    private var levels: [(name: String, value: Double)] {
        let made = Set(columns.map(\.made)).sorted()
        return made.compactMap { column in
            let accuracies = results.filter { $0.column.made == column }.map(\.zeroShot)
            let name = Method.zeroShot.title + (made.count > 1 ? ", \(column.label)" : "")
            return Spread(accuracies).map { (name, $0.mean) }
        }
    }

    /// How a parameter is called in the paper.
    private static func name(of parameter: Parameter) -> String {
        switch parameter.name {
        case "k": "pseudolabels per class, k"
        case "tau": "confidence threshold, τ"
        case "margin": "margin, m"
        case "share": "share of the unlabeled images"
        default: parameter.name
        }
    }
}
