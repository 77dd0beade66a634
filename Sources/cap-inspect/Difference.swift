import Artifacts
import Essentials
import FoundationEssentials
import HDF5
import Terminal

/// What differs between two artifacts, or between those of the same name in two folders: parameters, results, data.
struct Difference {
    private let pairs: [(name: String, first: String?, second: String?)]

    /// - Throws: ``ArtifactError`` where one is a folder and the other is not, or they have no artifact.
    init(_ first: String, _ second: String) throws {
        let folders = [first, second].map { FileBytes.isFolder($0) }
        guard folders[0] == folders[1] else {
            throw ArtifactError("\(first) and \(second): compare two files or two folders")
        }
        guard folders[0] else {
            pairs = [(URL(fileURLWithPath: first).lastPathComponent, first, second)]
            return
        }
        let names = [first, second].map { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".h5") }
        }
        let order = ArtifactSchema.all.map(\.fileName)
        let all = Set(names[0] + names[1]).sorted {
            let (a, b) = (order.firstIndex(of: $0) ?? order.count, order.firstIndex(of: $1) ?? order.count)
            return a != b ? a < b : $0 < $1
        }
        guard !all.isEmpty else { throw ArtifactError("\(first) and \(second) hold no HDF5 file") }
        pairs = all.map { name in
            (
                name, names[0].contains(name) ? first + "/" + name : nil,
                names[1].contains(name) ? second + "/" + name : nil
            )
        }
    }

    func text(_ style: Style) throws -> String {
        try pairs.map { name, first, second in
            guard let first, let second else {
                return style.bold(name.escapingControls()) + "\n  only in the \(first == nil ? "second" : "first")\n"
            }
            let rows = try Self.rows(first, second)
            return style.bold(name.escapingControls()) + "\n"
                + (rows.isEmpty ? "  the same parameters and the same data\n" : Columns(rows, style).text)
        }.joined(separator: "\n")
    }

    /// Attributes that differ between any two runs.
    private static let incidental = Set(ArtifactSchema.commonAttributes.map(\.name))
        .union([ModelSchema().seconds.name, ModelSchema().checkpoint.path.name])

    private static func rows(_ first: String, _ second: String) throws -> [(name: String, value: String)] {
        let outlines = try [first, second].map { try Outline(of: $0, values: 1) }
        var rows: [(String, String)] = []
        func compare(_ name: String, _ values: [String?]) {
            guard values[0] != values[1] else { return }
            rows.append((name, values.map { $0 ?? "–" }.joined(separator: " → ")))
        }
        compare("schema", outlines.map { $0.text(\.schema) })
        let parameters = outlines.map(parameters)
        for name in Set(parameters.flatMap(\.keys)).subtracting(["report", "threads"]).sorted() {
            compare("parameter " + name, parameters.map { $0[name] })
        }
        let attributes = outlines.map { outline in
            Dictionary(outline.attributes.map { ($0.name, $0.value.description) }) { first, _ in first }
        }
        for name in Set(attributes.flatMap(\.keys)).subtracting(incidental).sorted() {
            compare(name, attributes.map { $0[name] })
        }
        if let identity = outlines[0].text(\.identity), identity == outlines[1].text(\.identity) { return rows }
        let roots = try [first, second].map { try File.open($0).root }
        let datasets = outlines.map { outline in Dictionary(outline.datasets.map { ($0.path, $0) }) { first, _ in first } }
        var changes: [(name: String, value: String)] = []
        for path in outlines[0].datasets.map(\.path) + outlines[1].datasets.map(\.path).filter({ datasets[0][$0] == nil }) {
            guard let a = datasets[0][path], let b = datasets[1][path] else {
                changes.append((path, "only in the \(datasets[0][path] == nil ? "second" : "first")"))
                continue
            }
            if let difference = try difference(a, b, roots) { changes.append((path, difference)) }
        }
        return rows + summarized(changes)
    }

    /// The changes with those of a large group, such as an optimizer's, as one line.
    private static func summarized(_ changes: [(name: String, value: String)]) -> [(name: String, value: String)] {
        func group(_ path: String) -> Substring { path.prefix { $0 != "/" } }
        let sizes = Dictionary(grouping: changes) { group($0.name) }.mapValues(\.count)
        var shown: Set<Substring> = []
        return changes.compactMap { change in
            let group = group(change.name)
            guard let size = sizes[group], size > 8 else { return change }
            return shown.insert(group).inserted ? ("\(group)/", "\(size) datasets differ") : nil
        }
    }

    /// How two datasets differ, in words; nil where they do not.
    private static func difference(
        _ first: Outline.Dataset, _ second: Outline.Dataset, _ roots: [HDF5.Group]
    ) throws -> String? {
        guard first.shape == second.shape, first.type == second.type else {
            return "\(first.type) \(first.shape ?? []) → \(second.type) \(second.shape ?? [])"
        }
        let datasets = try roots.map { try $0.dataset(first.path) }
        if first.shape == [] {
            let values = try datasets.map(scalar)
            guard values[0] != values[1] else { return nil }
            if let a = Double(values[0]), let b = Double(values[1]) {
                return "\(values[0]) → \(values[1])  (\(String(printf: "%+.4g", b - a)))"
            }
            return "\(values[0]) → \(values[1])"
        }
        let count = (first.shape ?? []).reduce(1, *)
        var different = 0
        let rows = first.shape?.first ?? 0
        let step = max(1, (1 << 20) / max(1, count / max(1, rows)))
        for start in stride(from: 0, to: rows, by: step) {
            let block = start..<min(rows, start + step)
            switch datasets[0].storedType {
            case .integer:
                different += try differing(datasets.map { try $0.read(Int64.self, rows: block) })
            case .float:
                let values = try datasets.map { try $0.read(Double.self, rows: block) }
                different += zip(values[0], values[1]).count { $0 != $1 && !($0.isNaN && $1.isNaN) }
            case .string:
                different += try differing(datasets.map { try $0.readStrings(rows: block) })
            case .other(let type):
                return "holds \(type), which is not compared"
            }
        }
        guard different > 0 else { return nil }
        return "\(HumanReadable.count(different)) of \(HumanReadable.count(count)) values differ"
    }

    private static func differing<Value: Equatable>(_ values: [[Value]]) -> Int {
        zip(values[0], values[1]).count { $0 != $1 }
    }

    private static func scalar(_ dataset: Dataset) throws -> String {
        switch dataset.storedType {
        case .integer: try "\(dataset.read(Int64.self).first ?? 0)"
        case .float: try "\(dataset.read(Double.self).first ?? .nan)"
        case .string: try dataset.readStrings().first ?? ""
        case .other(let type): type
        }
    }

    private static func parameters(_ outline: Outline) -> [String: String] {
        guard let text = outline.text(\.parameters), case .object(let parameters)? = try? JSONValue(parsing: text) else {
            return [:]
        }
        return parameters.mapValues { value in
            if case .string(let text) = value { text } else { value.text }
        }
    }
}
