/// Image features in two dimensions, several times side by side, each time coloured by another account of the classes.
///
/// A few classes have colours; the images of all others are grey.
public struct MapPanels: Figure {
    /// `[images, 2]`, row-major.
    public var positions: [Double]
    /// The classes with colours, by name.
    public var names: [String]
    /// Title, and for each image its place in `names`, nil for grey.
    public var panels: [(title: String, places: [Int?])]

    public init(positions: [Double], names: [String], panels: [(title: String, places: [Int?])]) {
        self.positions = positions
        self.names = names
        self.panels = panels
    }

    private static let side = 300

    /// The first can be told apart with any kind of colour vision.
    private func color(_ place: Int) -> String {
        let first = ["#0072b2"] + FigureSeries.otherColors
        return place < first.count ? first[place] : ClassColor(place).hex
    }

    /// Names in a row of the legend.
    private var columns: Int { max(1, panels.count * Self.side / 190) }
    private var legendRows: Int { (names.count + columns - 1) / columns }

    public var width: Int { panels.count * Self.side }
    public var height: Int { Self.side + 40 + 20 * legendRows + 10 }

    public var script: String {
        let bottom = Double(20 * legendRows + 18) / Double(height)
        let top = 1 - 34 / Double(height)
        var lines = [
            "set multiplot", "set size ratio -1", "unset xtics", "unset ytics", "unset key",
            "set border 15 lc rgb '#cccccc'", "set offsets graph 0.04, graph 0.04, graph 0.04, graph 0.04",
        ]
        for (place, name) in names.enumerated() {
            let (row, column) = place.quotientAndRemainder(dividingBy: columns)
            let x = (Double(column) + 0.12) / Double(columns)
            let y = bottom - Double(20 * row + 18) / Double(height)
            lines.append(
                """
                set label \(place + 1) \(Gnuplot.quoted(Gnuplot.shortened(name))) at screen \(x), screen \(y) left \
                offset 1.2,0 point pt 7 ps 0.9 lc rgb '\(color(place))'
                """)
        }
        for (number, panel) in panels.enumerated() {
            func rows(grey: Bool) -> [[Double]] {
                panel.places.indices.filter { (panel.places[$0] == nil) == grey }.map { image in
                    [
                        positions[2 * image], positions[2 * image + 1],
                        Double(panel.places[image].flatMap { Int(color($0).dropFirst(), radix: 16) } ?? 0xD3D7DD),
                    ]
                }
            }
            let left = (Double(number) + 0.03) / Double(panels.count)
            let right = (Double(number) + 0.97) / Double(panels.count)
            lines += [
                Gnuplot.block("$grey\(number)", rows(grey: true)),
                Gnuplot.block("$colored\(number)", rows(grey: false)),
                "set margins at screen \(left), at screen \(right), at screen \(bottom), at screen \(top)",
                "set title \(Gnuplot.quoted(panel.title)) offset 0,-0.4",
                """
                plot $grey\(number) using 1:2:3 with points pt 7 ps 0.35 lc rgb variable, \
                $colored\(number) using 1:2:3 with points pt 7 ps 0.5 lc rgb variable
                """,
                "unset label",
            ]
        }
        return (lines + ["unset multiplot"]).joined(separator: "\n")
    }
}
