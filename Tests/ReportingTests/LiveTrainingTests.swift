import Foundation
import Reporting
import Testing

struct LiveTrainingTests {
    private func training(_ count: Int, name: String = "runs/<pets>") -> LiveTraining {
        let epochs = (0..<count).map {
            RunRecord.Epoch(
                losses: .init(pseudolabeled: 2 / Double($0 + 1), unlabeled: 0.25, labeled: 0), learningRate: 0.01,
                pseudolabelCount: 320, pseudolabelAccuracy: 0.8125, confidentCount: 40 * $0)
        }
        return LiveTraining(name, epochs: epochs, of: 4)
    }

    @Test func aPageOfATrainingThatGoesOnIsReadAgainAndOneThatIsDoneIsNot() throws {
        let going = try PageParts(training(3).html(library: ReportTests.library))
        #expect(try going.nodes("//meta[@http-equiv='refresh']").count == 1)
        #expect(try going.texts("//h1") == ["runs/<pets>"])
        #expect(try going.nodes("//table/tbody/tr").count == 3)
        let series = try #require(going.charts["loss"]?["series"] as? [[String: Any]])
        #expect(series.map { $0["values"] as? [Double] } == [[2, 1, 0.66667], [0.25, 0.25, 0.25]])
        let done = try PageParts(training(4).html(library: nil))
        #expect(try done.nodes("//meta[@http-equiv='refresh']").isEmpty)
        #expect(done.html.contains("All 4 epochs are done"))
    }

    @Test func anEpochIsALine() {
        #expect(training(2).line == "epoch 2 of 4  loss 1.250  pseudolabels 320 (81.2 % right)  confident 40")
    }

    @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"), arguments: [60, 100])
    func curvesFitTheTerminal(columns: Int) throws {
        let gnuplot = try #require(Gnuplot())
        #expect(try training(1).curves(columns: columns, gnuplot: gnuplot) == nil)
        let curves = try #require(try training(3).curves(columns: columns, gnuplot: gnuplot))
        #expect(curves.contains("loss") && curves.contains("confident samples"))
        let lines = curves.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= columns } && lines.count > 20)
        #expect(!curves.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    }
}
