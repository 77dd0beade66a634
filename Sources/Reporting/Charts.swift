/// The report's charts as gnuplot commands.
///
/// Two colours carry meaning throughout: grey for zero-shot CLIP, blue for the adapted model. Both are readable
/// on light and on dark paper, and differ in brightness too.
struct Charts {
    static let before = "#8a8f98"
    static let after = "#2f7fd6"

    let gnuplot: Gnuplot
    /// How what comes after is called: CAP.
    let method: String

    /// Accuracy of each class before and after, sorted by the gain.
    func perClass(_ names: [String], before: [Double?], after: [Double?]) throws -> String {
        let rows = names.indices
            .compactMap { label -> (name: String, before: Double, after: Double)? in
                guard let before = before[label], let after = after[label] else { return nil }
                return (names[label], before * 100, after * 100)
            }
            .sorted { ($0.after - $0.before, $1.name) < ($1.after - $1.before, $0.name) }
        return try gnuplot.svg(
            name: "classes", title: "Accuracy of each class before and after", width: 640,
            height: 80 + 18 * max(2, rows.count),
            """
            \(Gnuplot.block("$classes", rows.enumerated().map { [Double($0), $1.before, $1.after] }))
            set yrange [-0.7:\(Double(rows.count) - 0.3)]
            \(beforeAndAfter(of: "$classes", tics: Gnuplot.tics(rows.map(\.name)), label: "accuracy, %"))
            """)
    }

    /// A confusion matrix: the share of each true class (rows) that was predicted as each class (columns).
    func confusion(_ names: [String], _ counts: [Int], of model: String, name: String) throws -> String {
        let size = names.count
        var cells: [[Double]] = []
        for truth in 0..<size {
            let row = counts[truth * size..<(truth + 1) * size]
            let total = Double(max(1, row.reduce(0, +)))
            for (predicted, count) in row.enumerated() {
                cells.append([Double(predicted), Double(truth), Double(count) / total * 100])
            }
        }
        let isNamed = size <= 60
        let tics = Gnuplot.tics(names)
        return try gnuplot.svg(
            name: name, title: "Confusion matrix of \(model)", width: 640, height: 570,
            """
            \(Gnuplot.block("$cells", cells))
            set lmargin at screen 0.22
            set rmargin at screen 0.86
            set tmargin at screen 0.98
            set bmargin at screen 0.26
            set xrange [-0.5:\(Double(size) - 0.5)]
            set yrange [\(Double(size) - 0.5):-0.5]
            \(isNamed ? "set xtics (\(tics)) rotate by -90 scale 0 font ',\(size > 24 ? 8 : 11)'" : "unset xtics")
            \(isNamed ? "set ytics (\(tics)) scale 0 font ',\(size > 24 ? 8 : 11)'" : "unset ytics")
            set xlabel 'predicted class'
            set ylabel 'true class'
            set cblabel '% of the class'
            set cbrange [0:100]
            set palette defined (0 '#f2f5fa', 20 '#a9c8ee', 60 '#2f7fd6', 100 '#0b2f5c')
            unset key
            plot $cells using 1:2:3 with image
            """)
    }

    /// Pseudolabels and their accuracy by epoch.
    func epochs(_ epochs: [RunRecord.Epoch]) throws -> String {
        let rows = epochs.enumerated().map { number, epoch in
            [
                Double(number + 1), Double(epoch.pseudolabelCount), Double(epoch.confidentCount),
                epoch.pseudolabelAccuracy.map { $0 * 100 } ?? .nan,
            ]
        }
        let isKnown = epochs.contains { $0.pseudolabelAccuracy != nil }
        return try gnuplot.svg(
            name: "epochs", title: "Pseudolabels by epoch", width: 640, height: 320,
            """
            \(Gnuplot.block("$epochs", rows))
            set xlabel 'epoch'
            set ylabel 'images'
            set yrange [0:*]
            set xtics nomirror
            set ytics nomirror
            set border \(isKnown ? 11 : 3)
            \(isKnown ? "set y2label 'right, %'\nset y2range [0:100]\nset y2tics 20" : "")
            set grid ytics lt 1 lc rgb '#80808080' lw 0.5
            set key above samplen 2
            plot $epochs using 1:2 with lines lw 2 lc rgb '\(Self.after)' title 'pseudolabels', \
                 '' using 1:3 with lines lw 2 lc rgb '\(Self.before)' title 'confident samples'\
            \(isKnown ? ", '' using 1:4 axes x1y2 with lines lw 2 dt 2 lc rgb '#d9822b' title 'pseudolabels right'" : "")
            """)
    }

    /// Accuracy against confidence, before and after.
    func reliability(before: [RunRecord.ReliabilityBin], after: [RunRecord.ReliabilityBin]) throws -> String {
        func rows(_ bins: [RunRecord.ReliabilityBin]) -> [[Double]] {
            let total = Double(max(1, bins.map(\.count).reduce(0, +)))
            return bins.filter { $0.count > 0 }
                .map { [$0.confidence * 100, $0.accuracy * 100, 0.4 + 2 * (Double($0.count) / total).squareRoot()] }
        }
        return try gnuplot.svg(
            name: "reliability", title: "Accuracy against confidence", width: 480, height: 440,
            """
            \(Gnuplot.block("$before", rows(before)))
            \(Gnuplot.block("$after", rows(after)))
            set size ratio 1
            set xrange [0:100]
            set yrange [0:100]
            set xlabel 'confidence, %'
            set ylabel 'accuracy, %'
            set xtics 20 nomirror
            set ytics 20 nomirror
            set border 3
            set grid lt 1 lc rgb '#80808080' lw 0.5
            set key above samplen 1
            plot x with lines dt 3 lc rgb '\(Self.before)' notitle, \
                 $before using 1:2:3 with points pt 7 ps variable lc rgb '\(Self.before)' title 'zero-shot', \
                 $after using 1:2:3 with points pt 7 ps variable lc rgb '\(Self.after)' title \(Gnuplot.quoted(method))
            """)
    }

    /// What each run is judged by, before and after.
    func runs(_ names: [String], before: [Double], after: [Double]) throws -> String {
        let rows = names.indices.map { [Double($0), before[$0] * 100, after[$0] * 100] }
        return try gnuplot.svg(
            name: "runs", title: "Each run before and after", width: 640, height: 90 + 22 * max(2, rows.count),
            """
            \(Gnuplot.block("$runs", rows))
            set yrange [\(Double(rows.count) - 0.3):-0.7]
            \(beforeAndAfter(of: "$runs", tics: Gnuplot.tics(names), label: "%"))
            """)
    }

    /// Commands that join the value before (column 2) and after (column 3) of each row (column 1) of `block`, in percent.
    private func beforeAndAfter(of block: String, tics: String, label: String) -> String {
        """
        set xrange [-2:102]
        set ytics (\(tics)) nomirror scale 0
        set xtics 20 nomirror
        set xlabel '\(label)'
        set grid xtics lt 1 lc rgb '#80808080' lw 0.5
        set border 1
        set key above samplen 1
        plot \(block) using 2:1:($3-$2):(0) with vectors nohead lw 1.5 lc rgb '\(Self.before)' notitle, \
             '' using 2:1 with points pt 7 ps 0.7 lc rgb '\(Self.before)' title 'zero-shot', \
             '' using 3:1 with points pt 7 ps 0.8 lc rgb '\(Self.after)' title \(Gnuplot.quoted(method))
        """
    }

    /// A number for each class (rows) and epoch (columns).
    func byClassAndEpoch(
        _ names: [String], _ epochs: [[Double]], name: String, title: String, unit: String
    ) throws -> String {
        let size = names.count
        let cells = epochs.enumerated().flatMap { epoch, values in
            values.enumerated().map { [Double(epoch + 1), Double($0), $1] }
        }
        let isNamed = size <= 60
        let tics = Gnuplot.tics(names)
        return try gnuplot.svg(
            name: name, title: title, width: 640, height: 110 + (isNamed ? 15 : 4) * max(4, size),
            """
            \(Gnuplot.block("$cells", cells))
            set xrange [0.5:\(Double(max(1, epochs.count)) + 0.5)]
            set yrange [\(Double(size) - 0.5):-0.5]
            set xtics nomirror scale 0
            \(isNamed ? "set ytics (\(tics)) scale 0 font ',11'" : "unset ytics")
            set xlabel 'epoch'
            set cblabel \(Gnuplot.quoted(unit))
            set cbrange [0:*]
            set palette defined (0 '#f2f5fa', 20 '#a9c8ee', 60 '#2f7fd6', 100 '#0b2f5c')
            unset key
            plot $cells using 1:2:3 with image
            """)
    }

    /// Image features in two dimensions, each in the colour of a class.
    ///
    /// - Parameter isWrong: the points drawn as crosses.
    func featureMap(
        _ positions: [Double], labels: [Int], isWrong: [Bool], name: String, title: String
    ) throws -> String {
        func rows(wrong: Bool) -> [[Double]] {
            labels.indices.filter { labels[$0] >= 0 && isWrong[$0] == wrong }
                .map { [positions[2 * $0], positions[2 * $0 + 1], Double(ClassColor(labels[$0]).rgb)] }
        }
        return try gnuplot.svg(
            name: name, title: title, width: 560, height: 520,
            """
            \(Gnuplot.block("$right", rows(wrong: false)))
            \(Gnuplot.block("$wrong", rows(wrong: true)))
            set size ratio -1
            unset xtics
            unset ytics
            unset border
            unset key
            set margins 0, 0, 0, 0
            set offsets graph 0.04, graph 0.04, graph 0.04, graph 0.04
            plot $right using 1:2:3 with points pt 7 ps 0.45 lc rgb variable, \
                 $wrong using 1:2:3 with points pt 2 ps 0.6 lw 1.2 lc rgb variable
            """)
    }
}
