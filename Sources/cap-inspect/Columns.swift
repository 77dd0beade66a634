import Terminal

/// Lines of a name and a value, aligned; control characters in them are shown.
struct Columns {
    let text: String

    init(_ rows: [(name: String, value: String)], _ style: Style) {
        let rows = rows.map { (name: $0.name.escapingControls(), value: $0.value.escapingControls()) }
        let width = rows.map(\.name.count).max() ?? 0
        text = rows.map { "  " + style.dim($0.name.padded(to: width)) + "  " + $0.value + "\n" }.joined()
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
