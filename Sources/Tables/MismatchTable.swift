import Artifacts
import Reporting
import Vocabulary

/// The classes that detection found mismatched, beside what zero-shot CLIP makes of their images; over several seeds of
/// detection in how many of them.
struct MismatchTable {
    private struct Class {
        let name: String
        /// Unlabeled images of the class; nil where labels are not known.
        let images: Int?
        /// Unlabeled images that zero-shot CLIP predicts as it.
        let predicted: Int
        /// Percent of its images that it predicts right; nil where it has none.
        let recall: Double?
        /// In how many seeds it was left at the end, and found mismatched.
        var left = 0
        var found = 0
    }

    private struct Part {
        let column: TableRun.Column
        let runs: Int
        let classes: [Class]
    }

    /// The most classes of a figure; of more the least predicted are drawn.
    private static let mostDrawn = 50

    private let parts: [Part]

    /// - Parameter paths: `mismatch.h5` files, with their `features.h5` where it was or in the folder above.
    init(_ paths: [String]) throws {
        var order: [TableRun.Column] = []
        var runs: [TableRun.Column: [(mismatch: ArtifactReader<MismatchSchema>, features: ArtifactReader<FeaturesSchema>)]] = [:]
        for path in paths {
            let mismatch = try ArtifactReader(path, schema: .mismatch)
            guard let features = mismatch.madeFrom(.features) else {
                throw ArtifactError("\(path): its features.h5 is gone or has changed; run cap-detect again")
            }
            let dataSet = try features.madeFrom(.images)?.valueIfPresent(\.dataSet)
            let column = TableRun.Column(
                dataSet: dataSet ?? "images", paradigm: try mismatch.value(\.paradigm))
            if runs[column] == nil { order.append(column) }
            runs[column, default: []].append((mismatch, features))
        }
        parts = try order.sorted().map { try Self.part($0, runs[$0] ?? []) }
    }

    private static func part(
        _ column: TableRun.Column, _ runs: [(mismatch: ArtifactReader<MismatchSchema>, features: ArtifactReader<FeaturesSchema>)]
    ) throws -> Part {
        guard let (mismatch, features) = runs.first else { return Part(column: column, runs: 0, classes: []) }
        let names = try mismatch.values(\.classes.name)
        let roles = try mismatch.values(\.split.role)
        let labels = try features.indices(\.images.label, in: -1..<names.count)
        guard roles.count == labels.count else {
            throw ArtifactError("\(mismatch.path) and \(features.path) do not have the same images; run cap-detect again")
        }
        let probabilities = try features.values(\.zeroShotProbabilities)
        let candidates = try mismatch.indices(\.split.candidate, in: names.indices)
        let unlabeled = roles.indices.filter { roles[$0] == .unlabeled }
        let predicted = unlabeled.map { image in
            candidates.max {
                probabilities[image * names.count + $0] < probabilities[image * names.count + $1]
            } ?? 0
        }
        let isKnown = unlabeled.contains { labels[$0] >= 0 }
        var classes = candidates.map { label in
            let own = zip(unlabeled, predicted).filter { labels[$0.0] == label }
            return Class(
                name: names[label], images: isKnown ? own.count : nil, predicted: predicted.count { $0 == label },
                recall: own.isEmpty ? nil : 100 * Double(own.count { $0.1 == label }) / Double(own.count))
        }
        for (mismatch, _) in runs {
            let left = try Set(mismatch.indices(\.classes.final, in: names.indices))
            let found = try Set(mismatch.indices(\.classes.mismatched, in: names.indices))
            for (place, label) in candidates.enumerated() {
                classes[place].left += left.contains(label) ? 1 : 0
                classes[place].found += found.contains(label) ? 1 : 0
            }
        }
        return Part(
            column: column, runs: runs.count,
            classes: classes.sorted {
                let (a, b) = ($0.recall ?? Double($0.predicted), $1.recall ?? Double($1.predicted))
                return (a, $0.name) < (b, $1.name)
            })
    }

    var exhibit: Exhibit {
        var csv = TextTable(
            head: ["dataset", "paradigm", "class", "images", "predicted", "recall", "runs", "left", "mismatched"])
        var markdown: [String] = []
        for part in parts {
            var table = TextTable(
                head: [
                    "class", "unlabeled images", "predicted as it", "right, %", "never matched, of \(part.runs)",
                    "mismatched, of \(part.runs)",
                ])
            for row in part.classes {
                let (images, recall) = (row.images.map(String.init), row.recall.map(Spread.number))
                csv.rows.append([
                    part.column.dataSet, part.column.paradigm.rawValue, row.name, images ?? "", "\(row.predicted)", recall ?? "",
                    "\(part.runs)", "\(row.left)", "\(row.found)",
                ])
                table.rows.append([
                    row.found > 0 ? "**\(row.name)**" : row.name, images ?? "–", "\(row.predicted)", recall ?? "–",
                    "\(row.left)", "\(row.found)",
                ])
            }
            markdown.append(
                """
                \(part.column.label): what zero-shot CLIP makes of the unlabeled images of each class, and in how many \
                seeds detection found it mismatched (bold).

                \(table.markdown)
                """)
        }
        return Exhibit(
            csv: csv, markdown: markdown.joined(separator: "\n"),
            figures: parts.map { (parts.count > 1 ? $0.column.suffix : "", figure(of: $0)) })
    }

    private func figure(of part: Part) -> any Figure {
        let isKnown = part.classes.contains { $0.recall != nil }
        let lowest = part.classes.prefix(Self.mostDrawn) + part.classes.dropFirst(Self.mostDrawn).filter { $0.found > 0 }
        let note = lowest.count < part.classes.count ? " (the lowest \(lowest.count) classes)" : ""
        let seeds = part.runs > 1
        return RankedBars(
            rows: lowest.map { row in
                RankedBars.Row(
                    name: row.name, value: isKnown ? row.recall ?? 0 : Double(row.predicted), isPicked: row.found > 0,
                    note: row.found > 0 && seeds ? "\(row.found) of \(part.runs) seeds" : "")
            }, picked: "found mismatched", others: "not found mismatched",
            label: (isKnown
                ? "right by zero-shot CLIP, % of the unlabeled images" : "predicted by zero-shot CLIP, unlabeled images")
                + note, end: isKnown ? 100 : nil)
    }
}
