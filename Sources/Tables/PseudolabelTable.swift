import Artifacts
import Reporting
import Runs

/// How many pseudolabels of the mismatched classes are right, when training begins and when it ends, by method.
struct PseudolabelTable {
    /// The classes of a row: a mismatched one, or all the others together.
    private struct Row {
        let name: String
        /// Percent right by method: at the start, at the end.
        var shares: [String: (start: [Double], end: [Double])] = [:]
    }

    private let parts: [TablePart<Row>]
    private let titles: [String]
    private let colors: MethodColors

    init(_ runs: [TableRun]) throws {
        (titles, colors) = (runs.titles, runs.colors)
        parts = try runs.parts(Self.rows)
    }

    private static func rows(_ runs: [TableRun]) throws -> [Row] {
        guard let first = runs.first else { return [] }
        let mismatch = try first.mismatch()
        let names = try mismatch.values(\.classes.name)
        let mismatched = try mismatch.indices(\.classes.mismatched, in: names.indices)
        let candidates = try mismatch.indices(\.split.candidate, in: names.indices)
        let others = candidates.filter { !mismatched.contains($0) }
        var rows = mismatched.map { Row(name: names[$0]) } + [Row(name: "all other classes")]
        let groups = mismatched.map { [$0] } + [others]
        for run in runs {
            let features = try run.features()
            let truth = try features.indices(\.images.label, in: -1..<names.count)
            func shares(_ artifact: ArtifactReader<some PseudolabelKind>) throws -> [Double?] {
                let lists = try artifact.pseudolabels(classCount: names.count, imageCount: truth.count)
                return groups.map { group in
                    let known = group.flatMap { lists[$0] }.filter { truth[$0.image] >= 0 && $0.origin != .candidate }
                    guard !known.isEmpty else { return nil }
                    return 100 * Double(known.count { truth[$0.image] == $0.label }) / Double(known.count)
                }
            }
            guard candidates.isEmpty || truth.contains(where: { $0 >= 0 }) else {
                throw ArtifactError("\(features.path): no image has a label that pseudolabels could be compared with")
            }
            let (start, end) = try (shares(run.labels()), shares(run.model))
            for row in rows.indices {
                rows[row].shares[run.title, default: ([], [])].start += [start[row]].compactMap { $0 }
                rows[row].shares[run.title, default: ([], [])].end += [end[row]].compactMap { $0 }
            }
        }
        return rows
    }

    var exhibit: Exhibit {
        var csv = TextTable(
            head: ["dataset", "paradigm", "class", "method", "runs", "start", "end", "end_sd"])
        var markdown: [String] = []
        for part in parts {
            var table = TextTable(head: ["class"] + titles.flatMap { ["\($0), start", "\($0), end"] })
            for row in part.rows {
                let cells = titles.map { title -> (start: Spread?, end: Spread?) in
                    let shares = row.shares[title] ?? ([], [])
                    return (Spread(shares.start), Spread(shares.end))
                }
                for (title, cell) in zip(titles, cells) where cell.start != nil || cell.end != nil {
                    csv.rows.append([
                        part.column.dataSet, part.column.paradigm.rawValue, row.name, title,
                        "\(max(cell.start?.values.count ?? 0, cell.end?.values.count ?? 0))",
                        cell.start.map { Spread.number($0.mean) } ?? "", cell.end.map { Spread.number($0.mean) } ?? "",
                        cell.end?.deviationText ?? "",
                    ])
                }
                let (start, end) = (cells.compactMap { $0.start?.mean }.max(), cells.compactMap { $0.end?.mean }.max())
                table.rows.append(
                    [row.name]
                        + cells.flatMap { [TextTable.cell($0.start, best: start), TextTable.cell($0.end, best: end)] })
            }
            let none = part.rows.count == 1 ? " No class was found mismatched." : ""
            markdown.append("\(part.column.label), pseudolabels that are right in %.\(none)\n\n\(table.markdown)")
        }
        return Exhibit(
            csv: csv, markdown: markdown.joined(separator: "\n"),
            figures: parts.map { ($0.suffix, figure(of: $0)) })
    }

    private func figure(of part: TablePart<Row>) -> any Figure {
        let series = titles.flatMap { title in
            let color = colors[title]
            return [
                FigureSeries(
                    name: "\(title), start", color: FigureSeries.lighter(color),
                    values: part.rows.map { Spread($0.shares[title]?.start ?? [])?.drawn }),
                FigureSeries(
                    name: "\(title), end", color: color,
                    values: part.rows.map { Spread($0.shares[title]?.end ?? [])?.drawn }),
            ]
        }
        return BarChart(
            groups: part.rows.map(\.name), series: series, label: "right pseudolabels, %", top: 100)
    }
}
