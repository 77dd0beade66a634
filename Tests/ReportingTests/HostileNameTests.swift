import Foundation
import Reporting
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Names are data: whatever a class, a method or a data set is called, every chart is drawn, shows the name as it is, and
/// nothing that the name says is done.
@Suite(.enabled(if: Gnuplot() != nil, "needs gnuplot")) struct HostileNameTests {
    /// What a chart shows of a name: control characters and turned text replaced, 26 characters at most.
    private static func shown(_ name: String) -> String {
        let seen = name.unicodeScalars.map { scalar -> String in
            if scalar == "\t" || scalar == "\n" { return " " }
            let isTurning = "\u{061C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}"
                .unicodeScalars.contains(scalar)
            let isNone = scalar.properties.generalCategory == .control || isTurning || [0xFFFE, 0xFFFF].contains(scalar.value)
            return isNone ? "\u{FFFD}" : String(scalar)
        }
        .joined()
        return seen.count > 26 ? seen.prefix(25) + "…" : seen
    }

    /// The texts of a drawing, its white space as a browser has it.
    private static func texts(of svg: Data) throws -> Set<String> {
        let document = try XMLDocument(data: svg)
        return try Set(document.nodes(forXPath: "//*[local-name()='text']").map { Self.folded($0.stringValue ?? "") })
    }

    private static func folded(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }

    private func figures(_ names: [String]) -> [any Figure] {
        let series = names.map {
            FigureSeries(name: $0, color: FigureSeries.capColor, values: names.map { _ in .init(mean: 50, deviation: 2) })
        }
        return [
            BarChart(groups: names, series: Array(series.prefix(2)), label: names[0]),
            LineChart(
                positions: names.indices.map(Double.init), names: names, series: Array(series.prefix(2)),
                levels: [(names[0], 40)], parameter: names[1], label: names[0]),
            PairChart(
                rows: names.map { .init(name: $0, before: 20, after: .init(mean: 80)) }, before: names[0], after: names[1],
                label: names[0]),
            RankedBars(
                rows: names.map { .init(name: $0, value: 40, isPicked: false, note: $0) }, picked: names[0], others: names[1],
                label: names[0]),
            MapPanels(
                positions: names.indices.flatMap { [Double($0), 1] }, names: names,
                panels: [(names[0], names.indices.map { $0 }), (names[1], names.indices.map { $0 })]),
        ]
    }

    @Test(arguments: 0..<3) func everyFigureShowsEveryNameAndDoesNothingElse(round: Int) throws {
        let folder = try TemporaryFolder()
        let canary = folder.file("c")
        var grammar = HostileNames(seed: UInt64(round + 1), canary: canary)
        let names = (0..<HostileNames.count).map { grammar.name(startingWith: round == 0 ? $0 : nil) }
        for start in stride(from: 0, to: names.count, by: 12) {
            let names = Array(names[start..<min(start + 12, names.count)])
            guard names.count > 1 else { continue }
            for figure in figures(names) {
                let drawing = try #require(Gnuplot()).draw(figure)
                let texts = try Self.texts(of: drawing.svg)
                // Bars of groups show whole names, all others what they have room for.
                for name in names where !(figure is BarChart) || name.count <= 26 {
                    let shown = Self.folded(Self.shown(name))
                    let whole = Self.folded(Self.shown(name.count > 26 ? String(name.prefix(26)) : name))
                    #expect(
                        texts.contains { $0 == shown || $0.hasPrefix(whole) } || shown.isEmpty,
                        "\(type(of: figure)) lacks \(name.debugDescription)")
                }
            }
        }
        #expect(!FileManager.default.fileExists(atPath: canary))
    }
}
