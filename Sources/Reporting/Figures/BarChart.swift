/// Upright bars in groups, a bar per series, with the standard deviation at their tips.
public struct BarChart: Figure {
    /// What the bars of a group have in common; a line break starts a second line.
    public var groups: [String]
    /// Each with a value per group.
    public var series: [FigureSeries]
    /// Name and unit of the vertical axis.
    public var label: String
    /// The end of the vertical axis; nil to fit the bars.
    public var top: Double?

    public init(groups: [String], series: [FigureSeries], label: String, top: Double? = nil) {
        self.groups = groups
        self.series = series
        self.label = label
        self.top = top
    }

    /// Pixels of the longest line of a name.
    private var nameWidth: Int { 9 * (groups.flatMap { $0.split(separator: "\n") }.map(\.count).max() ?? 0) }

    /// Wide enough for the bars, and where groups are few for their names.
    public var width: Int {
        let bars = max(14 * (series.count + 1), 60)
        let group = groups.count <= 8 ? max(bars, min(nameWidth, 180)) : bars
        return min(2400, max(520, Self.axis + groups.count * group))
    }

    /// Names that would run into each other are turned.
    private var areNamesTurned: Bool { nameWidth > (width - Self.axis) / max(1, groups.count) }

    /// Lines below the bars.
    private var nameLines: Int {
        areNamesTurned ? 2 + nameWidth / 30 : groups.map { $0.split(separator: "\n").count }.max() ?? 1
    }

    public var height: Int { 330 + 16 * nameLines }

    /// Pixels beside the bars.
    private static let axis = 100

    public var script: String {
        let step = 0.84 / Double(max(1, series.count))
        var blocks: [String] = []
        var notes: [String] = []
        var plots: [String] = []
        for (number, series) in series.enumerated() {
            let rows = series.values.enumerated().compactMap { group, value -> [Double]? in
                guard let value else { return nil }
                let x = Double(group) - 0.42 + step * (Double(number) + 0.5)
                // A bar of no height would look like one that is missing.
                if value.mean == 0 { notes.append("set label '0' at first \(x), first 0 center offset 0,0.5 font ',9'") }
                return [x, value.mean, value.deviation ?? .nan]
            }
            blocks.append(Gnuplot.block("$bars\(number)", rows))
            plots.append(
                """
                $bars\(number) using 1:2 with boxes fill solid noborder lc rgb '\(series.color)' \
                title \(Gnuplot.quoted(series.name))
                """)
        }
        plots += series.indices.map {
            "$bars\($0) using 1:($2-$3):(0):($3 > 0 ? 2*$3 : NaN) \(Gnuplot.errorBar) notitle"
        }
        let names = groups.enumerated().map { "\(Gnuplot.tic($1)) \($0)" }.joined(separator: ", ")
        return """
            \(blocks.joined(separator: "\n"))
            \(notes.joined(separator: "\n"))
            set boxwidth \(step * 0.92)
            set xrange [-0.6:\(Double(groups.count) - 0.4)]
            set yrange [0:\(top.map { "\($0)" } ?? "*")]
            set xtics (\(names)) nomirror scale 0\(areNamesTurned ? " rotate by -35" : "")
            set bmargin \(Double(nameLines) + 1)
            set ytics nomirror
            set border 3
            set ylabel \(Gnuplot.quoted(label))
            \(Gnuplot.gridAndKey(along: "y"))
            plot \(plots.joined(separator: ", \\\n     "))
            """
    }
}
