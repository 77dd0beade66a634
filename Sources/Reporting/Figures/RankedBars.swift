/// A lying bar per row, some of them picked out in another colour, with a note at the tip.
public struct RankedBars: Figure {
    public struct Row: Sendable {
        public var name: String
        public var value: Double
        public var isPicked: Bool
        /// Said at the tip of the bar.
        public var note: String

        public init(name: String, value: Double, isPicked: Bool, note: String) {
            self.name = name
            self.value = value
            self.isPicked = isPicked
            self.note = note
        }
    }

    /// From the top down.
    public var rows: [Row]
    /// What the colours mean.
    public var picked: String
    public var others: String
    /// Name and unit of the horizontal axis.
    public var label: String
    /// The end of that axis; nil to fit the bars.
    public var end: Double?

    public init(rows: [Row], picked: String, others: String, label: String, end: Double? = nil) {
        self.end = end
        self.rows = rows
        self.picked = picked
        self.others = others
        self.label = label
    }

    public let width = 600
    public var height: Int { 90 + 18 * max(3, rows.count) }

    public var script: String {
        func block(_ name: String, picked: Bool) -> String {
            let bars = rows.enumerated().filter { $1.isPicked == picked }.map { [Double($0), $1.value] }
            return Gnuplot.block(name, bars)
        }
        let notes = rows.enumerated().filter { !$1.note.isEmpty }.map {
            "set label \(Gnuplot.quoted($1.note)) at first \($1.value), first \($0) left offset 1,0 font ',9'"
        }
        let bars = "using (0):1:(0):2:($1-0.36):($1+0.36) with boxxyerror fill solid noborder"
        return """
            \(block("$picked", picked: true))
            \(block("$others", picked: false))
            \(notes.joined(separator: "\n"))
            set xrange [0:\(end.map { "\($0)" } ?? "*")]
            set rmargin 13
            set yrange [\(Double(rows.count) - 0.3):-0.7]
            set ytics (\(Gnuplot.tics(rows.map(\.name)))) nomirror scale 0
            set xtics nomirror
            set xlabel \(Gnuplot.quoted(label))
            set border 1
            \(Gnuplot.gridAndKey(along: "x"))
            plot $others \(bars) lc rgb '#b4b9c1' title \(Gnuplot.quoted(others)), \\
                 $picked \(bars) lc rgb '#d55e00' title \(Gnuplot.quoted(picked)), \\
                 $picked using 2:1 with points pt 7 ps 0.9 lc rgb '#d55e00' notitle
            """
    }
}
