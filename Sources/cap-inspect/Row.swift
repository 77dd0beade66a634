import Artifacts
import Essentials
import FoundationEssentials
import Terminal

/// One dataset's line in the tree.
struct Row {
    let group: String
    private let name: String
    private let shape: String
    private let type: String
    private let unit: String
    private let values: String
    private let dataset: Outline.Dataset

    /// The widths of the columns over all rows.
    struct Widths {
        let name, shape, type, unit: Int

        init(_ rows: [Row]) {
            func widest(_ column: KeyPath<Row, String>) -> Int {
                rows.map { $0[keyPath: column].count }.max() ?? 0
            }
            name = widest(\.name) + 2
            shape = min(40, widest(\.shape))
            type = widest(\.type)
            unit = widest(\.unit)
        }
    }

    init(_ dataset: Outline.Dataset, width: Int?) {
        let parts = dataset.path.split(separator: "/", omittingEmptySubsequences: false)
        group = parts.dropLast().joined(separator: "/")
        name = (parts.count > 1 ? "  " : "") + String(parts.last ?? "").escapingControls()
        shape = Row.shape(dataset).escapingControls()
        type = dataset.type
        unit = (dataset.unit ?? "").escapingControls()
        values = dataset.problem?.escapingControls() ?? Row.values(dataset, width)
        self.dataset = dataset
    }

    func text(_ widths: Widths, _ style: Style, withMeaning: Bool) -> String {
        var line = name.padded(to: widths.name) + shape.padded(to: widths.shape) + "  "
        line += style.dim(type.padded(to: widths.type) + "  " + unit.padded(to: widths.unit)) + "  " + values
        while line.last == " " { line.removeLast() }
        var text = line + "\n"
        let indent = group.isEmpty ? "  " : "    "
        if withMeaning, let meaning = dataset.description { text += indent + style.dim(meaning.escapingControls()) + "\n" }
        for attribute in dataset.attributes {
            text += indent + style.dim("@\(attribute.name.escapingControls()) = \(Outline.quoted(attribute.value))") + "\n"
        }
        return text
    }

    private static func shape(_ dataset: Outline.Dataset) -> String {
        guard let shape = dataset.shape else { return "?" }
        guard !shape.isEmpty else { return "scalar" }
        let extents = shape.enumerated().map { axis, extent in
            let name = axis < dataset.dimensions.count ? dataset.dimensions[axis] : ""
            return name.isEmpty ? "\(extent)" : "\(name) \(extent)"
        }
        return "[" + extents.joined(separator: ", ") + "]"
    }

    private static func values(_ dataset: Outline.Dataset, _ width: Int?) -> String {
        var shown: [String]
        switch dataset.firstValues {
        case .ints(let values): shown = values.map { String($0) }
        case .floats(let values): shown = values.map { String(printf: "%.4g", $0) }
        case .strings(let values): shown = values.map { quoted($0) }
        case .none: shown = []
        }
        if let width {
            while shown.count > 1, shown.reduce(0, { $0 + $1.count + 1 }) > width { shown.removeLast() }
        }
        let hasMore = dataset.shape.map { Double(shown.count) < $0.reduce(1) { $0 * Double($1) } } ?? false
        return shown.joined(separator: " ") + (hasMore && !shown.isEmpty ? " …" : "")
    }

    /// Text in quotes, shortened, with control characters visible.
    static func quoted(_ text: String) -> String {
        JSONValue.string(text.count > 40 ? text.prefix(39) + "…" : text).text.escapingControlsInJSON
    }
}
