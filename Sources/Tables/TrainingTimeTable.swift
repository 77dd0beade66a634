import Artifacts
import Essentials
import FoundationEssentials
import Reporting

/// How long training took and how much memory it needed, by method.
struct TrainingTimeTable {
    private struct Cell {
        let title: String
        let column: TableRun.Column
        /// Seconds of training, over all interruptions.
        let seconds: Spread
        /// The most memory that a run held, in MB; nil where none says.
        let megabytes: Double?
        let threads: [String]
    }

    private let cells: [Cell]
    private let titles: [String]
    private let columns: [TableRun.Column]
    private let colors: MethodColors

    init(_ runs: [TableRun]) throws {
        // Nothing is trained for zero-shot CLIP.
        let runs = runs.filter { $0.method.training != .none }
        guard let first = runs.first else { throw ArtifactError("none of these runs trained anything") }
        (titles, columns, colors) = (runs.titles, runs.columns, runs.colors)
        guard try first.model.valueIfPresent(\.seconds) != nil else {
            throw ArtifactError("\(first.model.path): does not say how long training took; run cap-finetune again")
        }
        cells = try runs.titles.flatMap { title in
            try runs.columns.compactMap { column in
                let members = runs.filter { $0.title == title && $0.column == column }
                let memory = try members.compactMap { try $0.model.common(\.peakMemory) }.max().map { Double($0) / 1e6 }
                return try Spread(members.map { try $0.model.value(\.seconds) })
                    .map {
                        Cell(
                            title: title, column: column, seconds: $0, megabytes: memory,
                            threads: Set(try members.map { try $0.model.parameters()["threads"]?.text ?? "?" }).sorted())
                    }
            }
        }
    }

    /// What people read times in.
    private var unit: (name: String, seconds: Double) {
        (cells.map(\.seconds.mean).max() ?? 0) < 600 ? ("seconds", 1) : ("minutes", 60)
    }

    var exhibit: Exhibit {
        let unit = unit
        func spread(_ cell: Cell) -> Spread { cell.seconds.divided(by: unit.seconds) }
        var csv = TextTable(
            head: ["method", "dataset", "paradigm", "runs", "seconds", "sd", "peak_megabytes", "threads"])
        for cell in cells {
            csv.rows.append([
                cell.title, cell.column.dataSet, cell.column.paradigm.rawValue, "\(cell.seconds.values.count)",
                Spread.number(cell.seconds.mean), cell.seconds.deviationText,
                cell.megabytes.map { String(printf: "%.0f", $0) } ?? "", cell.threads.joined(separator: " "),
            ])
        }
        var table = TextTable(head: ["method"] + columns.flatMap { ["\($0.label), \(unit.name)", "MB"] })
        for title in titles {
            table.rows.append(
                [title]
                    + columns.flatMap { column -> [String] in
                        guard let cell = cells.first(where: { $0.title == title && $0.column == column }) else {
                            return ["–", "–"]
                        }
                        let least = cells.filter { $0.column == column }.map(\.seconds.mean).min()
                        let text = spread(cell).text
                        return [
                            cell.seconds.mean == least ? "**\(text)**" : text,
                            cell.megabytes.map { String(printf: "%.0f", $0) } ?? "–",
                        ]
                    })
        }
        let figure = BarChart(
            groups: columns.map { "\($0.dataSet)\n\($0.paradigm.rawValue.uppercased())" },
            series: titles.map { title in
                FigureSeries(
                    name: title, color: colors[title],
                    values: columns.map { column in
                        cells.first { $0.title == title && $0.column == column }.map { spread($0).drawn }
                    })
            }, label: "training time, \(unit.name)")
        return Exhibit(csv: csv, markdown: table.markdown, figures: [("", figure)])
    }
}
