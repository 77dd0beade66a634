import Essentials

/// A training that goes on, as a page that the browser reads again every few seconds, or as curves for a terminal.
public struct LiveTraining {
    private let name: String
    private let epochs: [RunRecord.Epoch]
    /// How many there will be.
    private let total: Int

    /// After how many seconds the browser reads the page again.
    private static let pause = 3

    /// - Parameter name: what is being trained, such as the run's folder.
    public init(_ name: String, epochs: [RunRecord.Epoch], of total: Int) {
        self.name = name
        self.epochs = epochs
        self.total = total
    }

    private var isFinished: Bool { epochs.count >= total }

    /// The whole page; one of a training that is done is not read again.
    public func html(library: ChartLibrary?) throws -> String {
        let curves = TrainingCurves(epochs)
        let data = Page.PageData(charts: curves.charts)
        var page = Page(
            title: "\(isFinished ? "Done" : "Epoch \(epochs.count) of \(total)"): \(name)",
            header: """
                <header><h1>\(HTML.escaped(name))</h1>
                <p>\(isFinished ? "All \(total) epochs are done." : "Epoch \(epochs.count) of \(total) is done; this page renews "
                    + "itself.")</p></header>
                """, sections: [], data: data, library: library, refresh: isFinished ? nil : Self.pause)
        page.sections = [
            .init("curves", "Curves", [curves.places(on: page)]), .init("epochs", "Epochs", [curves.table]),
        ]
        return try page.html()
    }

    /// The last epoch in a line.
    public var line: String { epochs.isEmpty ? "" : line(of: epochs.count - 1) }

    /// An epoch, counted from 0, in a line.
    public func line(of index: Int) -> String {
        let epoch = epochs[index]
        let losses = epoch.losses.pseudolabeled + epoch.losses.unlabeled + epoch.losses.labeled
        let right = epoch.pseudolabelAccuracy.map { String(printf: " (%.1f %% right)", $0 * 100) } ?? ""
        return String(printf: "epoch %d of %d  loss %.3f  pseudolabels %d", index + 1, total, losses, epoch.pseudolabelCount)
            + right + "  confident \(epoch.confidentCount)"
    }

    /// Curves of letters: the loss, and below it the pseudolabels and confident samples.
    ///
    /// - Returns: lines that are no longer than `columns`; nil for less than two epochs, which are no curve.
    public func curves(columns: Int, gnuplot: Gnuplot) throws -> String? {
        guard epochs.count > 1 else { return nil }
        let losses = epochs.map { $0.losses.pseudolabeled + $0.losses.unlabeled + $0.losses.labeled }
        let rows = epochs.indices.map {
            [Double($0 + 1), losses[$0], Double(epochs[$0].pseudolabelCount), Double(epochs[$0].confidentCount)]
        }
        func drawn(_ plots: String) throws -> String {
            try String(
                decoding: gnuplot.run(
                    """
                    set encoding utf8
                    set terminal dumb noenhanced size \(max(40, min(columns, 160))),14
                    \(Gnuplot.block("$epochs", rows))
                    set xrange [1:\(total)]
                    set yrange [0:*]
                    set xtics nomirror
                    set ytics nomirror
                    set border 3
                    set key outside top center horizontal
                    plot \(plots)

                    """), as: UTF8.self
            ).replacing("\u{0C}", with: "").split(separator: "\n").map { line in
                var line = line
                while line.last == " " { line.removeLast() }
                return String(line)
            }.joined(separator: "\n")
        }
        return try drawn("$epochs using 1:2 with lines title 'loss'") + "\n"
            + drawn("$epochs using 1:3 with lines title 'pseudolabels', '' using 1:4 with points title 'confident samples'")
            + "\n"
    }
}
