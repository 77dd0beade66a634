/// Two numbers of each of many rows, joined by a line: before and after.
public struct PairChart: Figure {
    public struct Row: Sendable {
        public var name: String
        public var before: Double
        public var after: FigureSeries.Value

        public init(name: String, before: Double, after: FigureSeries.Value) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    /// From the bottom up.
    public var rows: [Row]
    public var before: String
    public var after: String
    /// Name and unit of the horizontal axis, which ends at 100.
    public var label: String

    public init(rows: [Row], before: String, after: String, label: String) {
        self.rows = rows
        self.before = before
        self.after = after
        self.label = label
    }

    public let width = 560
    public var height: Int { 90 + 18 * max(3, rows.count) }

    public var script: String {
        let numbers = rows.enumerated().map { [Double($0), $1.before, $1.after.mean, $1.after.deviation ?? 0] }
        return """
            \(Gnuplot.block("$rows", numbers))
            set xrange [-2:102]
            set yrange [-0.7:\(Double(rows.count) - 0.3)]
            set ytics (\(Gnuplot.tics(rows.map(\.name)))) nomirror scale 0
            set xtics 20 nomirror
            set xlabel \(Gnuplot.quoted(label))
            set border 1
            \(Gnuplot.gridAndKey(along: "x"))
            plot $rows using 2:1:($3-$2):(0) with vectors nohead lw 1.5 lc rgb '#c4c8ce' notitle, \\
                 '' using ($3-$4):1:($4 > 0 ? 2*$4 : NaN):(0) \(Gnuplot.errorBar) notitle, \\
                 '' using 2:1 with points pt 7 ps 0.8 lc rgb '\(FigureSeries.zeroShotColor)' title \(Gnuplot.quoted(before)), \\
                 '' using 3:1 with points pt 7 ps 0.9 lc rgb '\(FigureSeries.capColor)' title \(Gnuplot.quoted(after))
            """
    }
}
