import Glibc

/// A number against the values of a parameter, a line per series, with the standard deviation at every point.
public struct LineChart: Figure {
    /// The parameter's values, ascending.
    public var positions: [Double]
    /// What each is called on the axis.
    public var names: [String]
    /// Each with a value per position.
    public var series: [FigureSeries]
    /// Levels that do not depend on the parameter, drawn as broken lines.
    public var levels: [(name: String, value: Double)]
    /// What the parameter is called.
    public var parameter: String
    /// Name and unit of the vertical axis.
    public var label: String

    public init(
        positions: [Double], names: [String], series: [FigureSeries], levels: [(name: String, value: Double)],
        parameter: String, label: String
    ) {
        self.positions = positions
        self.names = names
        self.series = series
        self.levels = levels
        self.parameter = parameter
        self.label = label
    }

    public let width = 520
    public var height: Int { 360 + 18 * ((series.count + levels.count) / 3) }

    /// Whether the values are so far apart that equal ratios get equal distances.
    private var isLogarithmic: Bool {
        guard let least = positions.min(), let largest = positions.max(), least > 0 else { return false }
        return largest / least >= 8
    }

    /// The axis, with some space before the first and behind the last value.
    private var range: ClosedRange<Double> {
        guard let least = positions.min(), let largest = positions.max(), least < largest else {
            let only = positions.first ?? 0
            return only - 1...only + 1
        }
        let ratio = pow(largest / least, 0.04)
        let space = (largest - least) * 0.04
        return isLogarithmic ? least / ratio...largest * ratio : least - space...largest + space
    }

    public var script: String {
        var blocks: [String] = []
        var plots: [String] = []
        for (number, level) in levels.enumerated() {
            plots.append(
                """
                \(level.value) with lines lw 1.5 dt \(number + 2) lc rgb '\(FigureSeries.zeroShotColor)' \
                title \(Gnuplot.quoted(level.name))
                """)
        }
        for (number, series) in series.enumerated() {
            let rows = zip(positions, series.values).compactMap { position, value in
                value.map { [position, $0.mean, $0.deviation ?? 0] }
            }
            blocks.append(Gnuplot.block("$line\(number)", rows))
            plots.append(
                """
                $line\(number) using 1:2:3 with yerrorlines pt \([7, 5, 9, 13, 11][number % 5]) ps 0.8 lw 2 \
                lc rgb '\(series.color)' title \(Gnuplot.quoted(series.name))
                """)
        }
        let tics = zip(names, positions).map { "\(Gnuplot.tic($0)) \($1)" }.joined(separator: ", ")
        return """
            \(blocks.joined(separator: "\n"))
            \(isLogarithmic ? "set logscale x" : "")
            set offsets 0, 0, graph 0.06, graph 0.06
            set xtics (\(tics)) nomirror
            set ytics nomirror
            set border 3
            set xlabel \(Gnuplot.quoted(parameter))
            set ylabel \(Gnuplot.quoted(label))
            \(Gnuplot.gridAndKey(along: "y", sample: 2))
            plot [\(range.lowerBound):\(range.upperBound)] \(plots.joined(separator: ", \\\n     "))
            """
    }
}
