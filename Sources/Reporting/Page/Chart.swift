/// A chart as the page's script draws it (page.js).
enum Chart: Encodable {
    /// A value before and after of each name, in percent with `top` 100, otherwise counted.
    case dots(names: [String], before: [Double], after: [Double], labels: [String], unit: String, top: Double?)
    /// Numbers by epoch.
    case lines([Line], unit: String, top: Double?)
    /// Images by true and by predicted class, a layer a model.
    case confusion(names: [String], layers: [Layer])
    /// A number for each class (rows) and epoch (columns).
    case byEpoch(names: [String], epochs: [[Double]], unit: String)
    /// Confidence and accuracy in percent, and the number of images, of each bin.
    case reliability(before: [[Double]], after: [[Double]], labels: [String])
    /// Images in two dimensions with their classes.
    case map(positions: [Double], truth: [Int], before: [Int], after: [Int], paths: [String])

    struct Line: Encodable {
        let name: String
        /// nil where there is none.
        let values: [Double?]
        let style: Style
        /// Lengths of strokes and gaps; empty for a whole line.
        var dash = ""
    }

    /// What a colour stands for: what was before, what came after, and what is neither.
    enum Style: String, Encodable {
        case before, after, third
    }

    struct Layer: Encodable {
        /// `before` or `after`.
        let model: Style
        let name: String
        /// Row, column and value of each cell that is not 0, one after the other.
        let cells: [Double]

        init(_ model: Style, _ name: String, counts: [Int], columns: Int) {
            self.init(model, name, values: counts.map(Double.init), columns: columns)
        }

        init(_ model: Style, _ name: String, values: [Double], columns: Int) {
            self.model = model
            self.name = name
            cells = values.indices.filter { values[$0] != 0 }.flatMap { cell in
                [Double(cell / columns), Double(cell % columns), Chart.short(values[cell])]
            }
        }
    }

    private enum Keys: String, CodingKey {
        case kind, names, before, after, labels, unit, short, top, series, rows, columns, epochs, layers, isByRow, rowName,
            columnName, positions, truth, paths
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Keys.self)
        func shown(_ names: [String]) -> [String] { names.map(Printable.text) }
        switch self {
        case .dots(let names, let before, let after, let labels, let unit, let top):
            try fields.encode("dots", forKey: .kind)
            try fields.encode(shown(names), forKey: .names)
            try fields.encode(before.map(Self.short), forKey: .before)
            try fields.encode(after.map(Self.short), forKey: .after)
            try fields.encode(shown(labels), forKey: .labels)
            try fields.encode(unit, forKey: .unit)
            try fields.encode(top == nil ? "" : "%", forKey: .short)
            try fields.encodeIfPresent(top, forKey: .top)
        case .lines(let series, let unit, let top):
            try fields.encode("lines", forKey: .kind)
            try fields.encode(series, forKey: .series)
            try fields.encode(unit, forKey: .unit)
            try fields.encodeIfPresent(top, forKey: .top)
        case .confusion(let names, let layers):
            try fields.encode("cells", forKey: .kind)
            try fields.encode(shown(names), forKey: .rows)
            try fields.encode(shown(names), forKey: .columns)
            try fields.encode(true, forKey: .isByRow)
            try fields.encode("true class", forKey: .rowName)
            try fields.encode("predicted class", forKey: .columnName)
            try fields.encode(layers, forKey: .layers)
        case .byEpoch(let names, let epochs, let unit):
            let values = names.indices.flatMap { label in epochs.map { $0[label] } }
            try fields.encode("cells", forKey: .kind)
            try fields.encode(shown(names), forKey: .rows)
            try fields.encode(epochs.count, forKey: .epochs)
            try fields.encode(false, forKey: .isByRow)
            try fields.encode(unit, forKey: .unit)
            try fields.encode([Layer(.after, "", values: values, columns: max(1, epochs.count))], forKey: .layers)
        case .reliability(let before, let after, let labels):
            try fields.encode("reliability", forKey: .kind)
            try fields.encode(before.map { $0.map(Self.short) }, forKey: .before)
            try fields.encode(after.map { $0.map(Self.short) }, forKey: .after)
            try fields.encode(shown(labels), forKey: .labels)
        case .map(let positions, let truth, let before, let after, let paths):
            try fields.encode("map", forKey: .kind)
            try fields.encode(positions.map(Self.short), forKey: .positions)
            try fields.encode(truth, forKey: .truth)
            try fields.encode(before, forKey: .before)
            try fields.encode(after, forKey: .after)
            try fields.encode(shown(paths), forKey: .paths)
        }
    }

    /// Five digits are more than can be seen, and JSON knows finite numbers only.
    static func short(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return 0 }
        guard value.rounded() != value else { return value }
        var scale = 1.0
        while abs(value) * scale < 10_000, scale < 1e12 { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
