import Artifacts
import FoundationEssentials
import Metrics
import Reporting
import Runs

/// CLIP's features of test images in two dimensions: where the images of mismatched and of confused classes lie, and what
/// zero-shot CLIP and the adapted model take them for.
struct FeatureMaps {
    private struct Part {
        let suffix: String
        let column: TableRun.Column
        let title: String
        let names: [String]
        let map: RunRecord.FeatureMap
        /// Image index and class predicted by zero-shot CLIP of every point of the map.
        let images: [Int]
        let zeroShot: [Int]
        /// The classes with colours.
        let mismatched: [Int]
        let confused: [Int]
    }

    private let parts: [Part]

    init(_ runs: [TableRun]) throws {
        var parts: [Part] = []
        for column in runs.columns {
            for title in runs.titles {
                let members = runs.filter { $0.column == column && $0.title == title }
                // One seed is enough: the map is of CLIP's features, which training does not change.
                guard let run = members.min(by: { $0.seed < $1.seed }) else { continue }
                parts.append(try Self.part(run, suffix: runs.suffix(column, run.method)))
            }
        }
        self.parts = parts
    }

    private static func part(_ run: TableRun, suffix: String) throws -> Part {
        try run.require(\.zeroShot.confusion)
        let features = try run.features()
        let names = try features.values(\.classes.name)
        let test = try TestImages(features)
        let adapted = try run.evaluation.indices(\.adapted.predicted, in: names.indices)
        let zeroShot = try run.evaluation.indices(\.zeroShot.predicted, in: names.indices)
        guard adapted.count == test.images.count, zeroShot.count == adapted.count,
            let map = try RunRecord.FeatureMap(features: features, test: test, predicted: adapted)
        else {
            throw ArtifactError(
                "\(run.evaluation.path): is not about the test images of \(features.path); run cap-eval again")
        }
        let places = RunRecord.FeatureMap.sample(of: test.images.count)
        let known = test.scoredPositions
        let confusion = try ConfusionMatrix(
            truth: known.map { test.labels[$0] }, predicted: known.map { zeroShot[$0] }, classCount: names.count)
        return try Part(
            suffix: suffix, column: run.column, title: run.title, names: names, map: map,
            images: places.map { test.images[$0] }, zeroShot: places.map { zeroShot[$0] },
            mismatched: run.mismatch().indices(\.classes.mismatched, in: names.indices),
            confused: ConfusedGroups(confusion, most: 3).groups.flatMap { $0 })
    }

    var exhibit: Exhibit {
        var csv = TextTable(
            head: ["dataset", "paradigm", "method", "image", "x", "y", "class", "zero_shot", "adapted"])
        var markdown: [String] = []
        var figures: [(suffix: String, figure: any Figure)] = []
        for part in parts {
            for (point, image) in part.images.enumerated() {
                func name(_ label: Int) -> String { label < 0 ? "" : part.names[label] }
                csv.rows.append([
                    part.column.dataSet, part.column.paradigm.rawValue, part.title, "\(image)",
                    Spread.number(part.map.positions[2 * point]), Spread.number(part.map.positions[2 * point + 1]),
                    name(part.map.labels[point]), name(part.zeroShot[point]), name(part.map.predicted[point]),
                ])
            }
            for (kind, classes) in [("mismatch", part.mismatched), ("confusion", part.confused)] {
                guard !classes.isEmpty else {
                    let nothing = kind == "mismatch" ? "was found mismatched" : "is confused with another"
                    markdown.append("\(part.column.label): no class \(nothing).\n")
                    continue
                }
                markdown.append(
                    """
                    \(part.column.label), \(kind == "mismatch" ? "mismatched" : "confused") classes: images on the map that \
                    are predicted right.

                    \(table(of: part, classes).markdown)
                    """)
                figures.append(("\(part.suffix)-\(kind)", panels(of: part, classes)))
            }
        }
        return Exhibit(csv: csv, markdown: markdown.joined(separator: "\n"), figures: figures)
    }

    private func table(of part: Part, _ classes: [Int]) -> TextTable {
        var table = TextTable(head: ["class", "images", "Zero-shot CLIP", part.title])
        for label in classes {
            let own = part.map.labels.indices.filter { part.map.labels[$0] == label }
            let counts = [part.zeroShot, part.map.predicted].map { predicted in own.count { predicted[$0] == label } }
            table.rows.append(
                [part.names[label], "\(own.count)"] + counts.map { $0 == counts.max() ? "**\($0)**" : "\($0)" })
        }
        return table
    }

    private func panels(of part: Part, _ classes: [Int]) -> any Figure {
        func places(_ labels: [Int]) -> [Int?] { labels.map { classes.firstIndex(of: $0) } }
        return MapPanels(
            positions: part.map.positions, names: classes.map { part.names[$0] },
            panels: [
                ("true class", places(part.map.labels)), ("predicted by zero-shot CLIP", places(part.zeroShot)),
                ("predicted by \(part.title)", places(part.map.predicted)),
            ])
    }
}
