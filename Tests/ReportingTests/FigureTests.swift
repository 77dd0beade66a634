import Foundation
import Reporting
import Testing

/// Figures for paper, drawn by gnuplot from names and numbers as data sets have them.
@Suite(.enabled(if: Gnuplot() != nil, "needs gnuplot")) struct FigureTests {
    private static let names = ["striped", "colt's \"foot\" \\n <b>& 日本", "dotted"]

    private static let series = [
        FigureSeries(
            name: "it's \"CAP\"", color: FigureSeries.capColor,
            values: [.init(mean: 50, deviation: 2), .init(mean: 70), nil]),
        FigureSeries(name: "nothing", color: FigureSeries.otherColors[0], values: [nil, nil, nil]),
    ]

    private static let figures: [any Figure] = [
        BarChart(groups: names, series: series, label: "accuracy, %", top: 100),
        BarChart(groups: names.map { $0 + "\nUL" }, series: series, label: "minutes"),
        LineChart(
            positions: [0, 3, 12], names: ["0", "3", "12"], series: series, levels: [("zero-shot", 40)],
            parameter: "margin, m", label: "accuracy, %"),
        LineChart(
            positions: [4, 8, 32], names: ["4", "8", "32"], series: series, levels: [], parameter: "k", label: "%"),
        PairChart(
            rows: names.map { .init(name: $0, before: 20, after: .init(mean: 80, deviation: 3)) }, before: "before",
            after: "after", label: "accuracy, %"),
        RankedBars(
            rows: names.enumerated().map {
                .init(name: $1, value: Double($0 * 40), isPicked: $0 == 0, note: $0 == 0 ? "3 of 3" : "")
            }, picked: "picked", others: "not", label: "%"),
        MapPanels(
            positions: [0, 0, 1, 1, 0, 1, 1, 0], names: names,
            panels: [("true class", [0, 1, nil, nil]), ("predicted", [nil, nil, nil, nil])]),
    ]

    @Test(arguments: figures.indices) func aFigureIsDrawnAsVectorAndAsRaster(_ index: Int) throws {
        let figure = Self.figures[index]
        let drawing = try #require(Gnuplot()).draw(figure)
        #expect(drawing.png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // Width and height stand behind the signature and the first chunk's head, in eight bytes.
        let size = drawing.png[16..<24].map { Int($0) }
        #expect(size[2] << 8 | size[3] == 2 * figure.width)
        #expect(size[6] << 8 | size[7] == 2 * figure.height)
        let svg = String(decoding: drawing.svg, as: UTF8.self)
        #expect(svg.contains("<svg") && svg.contains("</svg>") && !svg.contains("<b>"))
    }

    @Test func aLighterColourIsBetweenItAndWhite() {
        #expect(FigureSeries.lighter("#000000") == "#8d8d8d")
        #expect(FigureSeries.lighter("#ffffff") == "#ffffff")
    }
}
