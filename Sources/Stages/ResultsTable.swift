import Artifacts
import CAP
import Foundation

/// The results of many runs as a table: a row per method, or per value of a parameter, a column per data set and
/// paradigm, in each cell the mean over the seeds.
public struct ResultsTable: Sendable {
    /// What tells the rows apart.
    public enum Rows: Sendable, Equatable {
        case method
        /// A parameter of `cap-finetune`, such as "tau".
        case parameter(String)
    }

    /// One run's result.
    struct Run: Sendable {
        let row: Row
        let column: Column
        let seed: Int
        /// Test accuracy, in zero-shot transfer the harmonic mean, in percent.
        let percent: Double
        /// Seconds of training; nil where the model does not say.
        let seconds: Double?
    }

    struct Row: Sendable, Hashable {
        /// What rows are sorted by.
        let place: Double
        let label: String
        /// What published numbers are looked up by; nil in tables of a parameter.
        let method: String?
    }

    struct Column: Sendable, Hashable {
        let dataSet: String
        let paradigm: String

        var label: String { "\(dataSet) \(paradigm.uppercased())" }
    }

    /// The mean over runs that differ in their seed.
    struct Cell {
        let percents: [Double]
        let seconds: [Double]

        var mean: Double { percents.reduce(0, +) / Double(percents.count) }

        /// With n − 1 in the denominator; nil for a single run.
        var deviation: Double? {
            guard percents.count > 1 else { return nil }
            let squares = percents.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (squares / Double(percents.count - 1)).squareRoot()
        }
    }

    public let rowsBy: Rows
    private let runs: [Run]
    private let rows: [Row]
    private let columns: [Column]

    /// Reads the results of runs.
    ///
    /// - Parameter evaluations: paths of `eval.h5` files, each with its `model.h5` beside it or where it was.
    /// - Throws: `ArtifactError` where a run has no labeled test images, and where two runs are of the same cell and seed.
    public init(_ evaluations: [String], rows: Rows) throws {
        rowsBy = rows
        runs = try evaluations.map { try Self.run($0, rows: rows) }
        var seen: [String: String] = [:]
        for (run, path) in zip(runs, evaluations) {
            let name = "\(run.row.label), \(run.column.label), seed \(run.seed)"
            if let other = seen.updateValue(path, forKey: name) {
                throw ArtifactError("\(other) and \(path) are both \(name): a table takes each run once")
            }
        }
        self.rows = Set(runs.map(\.row)).sorted { ($0.place, $0.label) < ($1.place, $1.label) }
        let paradigms = ["ul", "ssl", "trzsl"]
        columns = Set(runs.map(\.column)).sorted {
            let (a, b) = (paradigms.firstIndex(of: $0.paradigm) ?? 3, paradigms.firstIndex(of: $1.paradigm) ?? 3)
            return ($0.dataSet, a) < ($1.dataSet, b)
        }
    }

    private static func run(_ path: String, rows: Rows) throws -> Run {
        let evaluation = try ArtifactReader(path, schema: .evaluation)
        let paradigm = try evaluation.string(attribute: "paradigm")
        let metric = "metrics/adapted/" + (paradigm == "trzsl" ? "harmonic_mean" : "accuracy")
        guard evaluation.has(metric) else {
            throw ArtifactError("\(path): has no \(metric), since no test image has a label: it cannot stand in a table")
        }
        let model = try model(of: evaluation)
        func text(_ name: String, else other: String) throws -> String {
            try evaluation.attribute(name) == nil ? other : evaluation.string(attribute: name)
        }
        return try Run(
            row: row(
                rows, method: text("method", else: Method.cap.name),
                modality: text("modality", else: Modality.maple.rawValue), model),
            column: Column(dataSet: text("dataset", else: "images"), paradigm: paradigm),
            seed: evaluation.attribute("training_seed") == nil ? 0 : evaluation.int(attribute: "training_seed"),
            percent: 100 * evaluation.double(metric),
            seconds: model.attribute("seconds") == nil ? nil : model.double(attribute: "seconds"))
    }

    /// The model that was evaluated, where it was or beside the evaluation.
    private static func model(of evaluation: ArtifactReader) throws -> ArtifactReader {
        guard let input = evaluation.inputs.first(where: { $0.schema == ArtifactSchema.model.name }) else {
            throw ArtifactError("\(evaluation.path): does not say which model it evaluates; run cap-eval again")
        }
        let beside = URL(fileURLWithPath: evaluation.path).deletingLastPathComponent()
            .appendingPathComponent(URL(fileURLWithPath: input.path).lastPathComponent).path
        for path in [input.path, beside] {
            if let reader = try? ArtifactReader(path, schema: .model), reader.identity == input.identity {
                return reader
            }
        }
        throw ArtifactError("\(evaluation.path): its model \(input.path) is gone or has changed; run cap-eval again")
    }

    private static func row(_ rows: Rows, method name: String, modality: String, _ model: ArtifactReader) throws -> Row {
        switch rows {
        case .method:
            let method = try Method(named: name)
            let isUsual = method.defaultModality.rawValue == modality
            let place = Method.all.firstIndex { $0.name == name } ?? 0
            return Row(
                place: Double(place), label: isUsual ? method.title : "\(method.title), \(modality)", method: name)
        case .parameter(let parameter):
            guard let value = try model.parameters()[parameter] else {
                throw ArtifactError("\(model.path): cap-finetune has no parameter \(parameter) with the method \(name)")
            }
            return Row(place: Double(value.text) ?? 0, label: "\(parameter) = \(value.text)", method: nil)
        }
    }

    private func cell(_ row: Row, _ column: Column) -> Cell? {
        let members = runs.filter { $0.row == row && $0.column == column }
        return members.isEmpty
            ? nil : Cell(percents: members.map(\.percent), seconds: members.compactMap(\.seconds))
    }

    /// A line per row and column: method or value, data set, paradigm, runs, mean, deviation, least, largest, seconds of
    /// training, published number.
    public var csv: String {
        var lines = ["row,dataset,paradigm,runs,mean,sd,min,max,seconds,published"]
        for row in rows {
            for column in columns {
                guard let cell = cell(row, column) else { continue }
                let seconds = cell.seconds.isEmpty ? nil : cell.seconds.reduce(0, +) / Double(cell.seconds.count)
                let fields = [
                    row.label, column.dataSet, column.paradigm, "\(cell.percents.count)", Self.number(cell.mean),
                    cell.deviation.map(Self.number) ?? "", Self.number(cell.percents.min() ?? 0),
                    Self.number(cell.percents.max() ?? 0), seconds.map { String(format: "%.1f", $0) } ?? "",
                    published(row, column) ?? "",
                ]
                lines.append(fields.map(Self.quoted).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Mean ± standard deviation in percent, the best of a column in bold, the published number in parentheses.
    public var markdown: String {
        let head = rowsBy == .method ? "method" : ""
        var lines = [
            "| \(head) | " + columns.map(\.label).joined(separator: " | ") + " |",
            "|---|" + columns.map { _ in "---" }.joined(separator: "|") + "|",
        ]
        let best = columns.map { column in rows.compactMap { cell($0, column)?.mean }.max() }
        for row in rows {
            let cells = zip(columns, best).map { column, best in
                guard let cell = cell(row, column) else { return "–" }
                var text = Self.number(cell.mean) + (cell.deviation.map { " ± \(Self.number($0))" } ?? "")
                if cell.mean == best { text = "**\(text)**" }
                return text + (published(row, column).map { " (paper \($0))" } ?? "")
            }
            lines.append("| \(row.label) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func published(_ row: Row, _ column: Column) -> String? {
        row.method.flatMap {
            PublishedResults.accuracy(method: $0, dataSet: column.dataSet, paradigm: column.paradigm)
        }
    }

    private static func number(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func quoted(_ field: String) -> String {
        field.contains { ",\"\n".contains($0) } ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }
}
