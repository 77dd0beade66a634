import Foundation
import Reporting
import Testing

struct ReportTests {
    private let names = ["striped", "colt's \"foot\" <b>&\n日本", "dotted", "unseen in the test"]

    private func predictions(_ confusion: [Int], seen: Double? = nil) -> RunRecord.Performance {
        RunRecord.Performance(
            accuracy: 0.625, seen: seen, unseen: seen.map { $0 / 2 }, harmonicMean: seen.map { $0 / 1.5 },
            calibrationError: 0.125, perClass: [0.5, 1, 0.25, nil], confusion: confusion,
            reliability: (1...15).map {
                .init(count: $0 > 4 ? $0 : 0, confidence: Double($0) / 15, accuracy: Double($0) / 20)
            })
    }

    private func record(evaluated: Bool = true, transfer: Bool = false) -> RunRecord {
        RunRecord(
            dataSet: "rendered <textures>", paradigm: transfer ? "trzsl" : "ul", method: "CAP", classNames: names,
            labeledCount: 0,
            unlabeledCount: 12_345,
            evaluation: evaluated
                ? RunRecord.Evaluation(
                    imageCount: 24, zeroShot: predictions([4, 4, 0, 0, 0, 8, 0, 0, 1, 5, 2, 0, 0, 0, 0, 0]),
                    adapted: predictions(
                        [7, 1, 0, 0, 0, 8, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0], seen: transfer ? 0.75 : nil),
                    supports: [8, 8, 8, 0])
                : nil,
            mismatches: [
                .init(
                    label: 1, zeroShotCount: 3, description: "a yellow <flower>", alternatives: ["a coltsfoot & co"])
            ],
            epochs: (0..<5).map {
                .init(
                    pseudolabelCount: 64 + 8 * $0, pseudolabelAccuracy: evaluated ? 0.8 : nil,
                    confidentPerClass: [40, 30, 20, 10], marginScale: [0, Double($0), 2, 3])
            },
            pseudolabelsPerClass: [20, 20, 24, 16],
            featureMap: .init(
                positions: [0, 0, 1, 1, 0, 1, 1, 0], labels: evaluated ? [0, 1, 2, 2] : [-1, -1, -1, -1],
                predicted: [0, 1, 2, 1]),
            galleries: names.map { _ in
                .init(
                    pseudolabeled: [.init(jpeg: [0xFF, 0xD8], height: 72, width: 72, caption: "", isRight: true)],
                    mistakes: evaluated
                        ? [.init(jpeg: [0xFF], height: 72, width: 72, caption: "<i>, 93 %", isRight: nil)] : [])
            },
            stages: [
                .init(
                    file: "eval.h5", command: "cap-eval model.h5 -o 'my eval.h5'", parameters: [("threads", "2")],
                    seconds: 75.4, peakMemory: 512_000_000)
            ],
            software: [("CAP", "0.1.0")])
    }

    @Test func harmIsSaidAndGainIsNot() throws {
        func performance(_ accuracy: Double, mean: Double? = nil) -> RunRecord.Performance {
            var performance = predictions([Int](repeating: 0, count: 16))
            (performance.accuracy, performance.harmonicMean) = (accuracy, mean)
            return performance
        }
        let harm = try #require(AdaptationHarm(zeroShot: performance(0.632), adapted: performance(0.61)))
        #expect(
            "\(harm)"
                == "accuracy is 61.00 % after adaptation, below the 63.20 % of zero-shot CLIP: adaptation did harm here, and "
                + "CLIP as it was predicts these images better")
        #expect(AdaptationHarm(zeroShot: performance(0.5), adapted: performance(0.5)) == nil)
        #expect(AdaptationHarm(zeroShot: performance(0.5), adapted: performance(0.51)) == nil)
        // What the paradigm is judged by decides.
        let transfer = AdaptationHarm(zeroShot: performance(0.5, mean: 0.6), adapted: performance(0.7, mean: 0.55))
        #expect("\(try #require(transfer))".hasPrefix("harmonic mean of seen and unseen accuracy is 55.00 %"))

        var run = record()
        #expect(try !Report(run, gnuplot: nil).html().contains("did harm"))
        run.evaluation?.adapted.accuracy = 0.5
        #expect(try Report(run, gnuplot: nil).html().contains("<strong>Warning:</strong> accuracy is 50.00 % after adaptation"))
    }

    /// A run of classes of these names, all of its charts with something to show.
    static func record(_ names: [String]) -> RunRecord {
        let size = names.count
        func ofEach<Value>(_ value: Value) -> [Value] { [Value](repeating: value, count: size) }
        let confusion = (0..<size * size).map { $0 % (size + 1) == 0 ? 3 : $0 % 2 }
        let predictions = RunRecord.Performance(
            accuracy: 0.5, seen: nil, unseen: nil, harmonicMean: nil, calibrationError: 0.1, perClass: ofEach(0.5),
            confusion: confusion, reliability: [.init(count: 3, confidence: 0.5, accuracy: 0.5)])
        return RunRecord(
            dataSet: names[0], paradigm: "ul", method: names[0], classNames: names, labeledCount: 0, unlabeledCount: size,
            evaluation: .init(imageCount: size, zeroShot: predictions, adapted: predictions, supports: ofEach(3)),
            mismatches: [.init(label: 0, zeroShotCount: 3, description: names[0], alternatives: names)],
            epochs: (0..<3).map { _ in
                .init(
                    pseudolabelCount: size, pseudolabelAccuracy: 0.8, confidentPerClass: ofEach(30), marginScale: ofEach(1))
            },
            pseudolabelsPerClass: ofEach(1),
            featureMap: .init(
                positions: names.indices.flatMap { [Double($0), 0] }, labels: Array(names.indices),
                predicted: Array(names.indices)),
            galleries: [], stages: [], software: [])
    }

    @Test func thePageShowsBeforeAndAfterByTheParadigmsMeasure() throws {
        let plain = try Report(record(), gnuplot: nil).html()
        #expect(plain.contains("<span class=\"before\">62.50</span>"))
        #expect(plain.contains("Accuracy on 24 test"))
        let transfer = try Report(record(transfer: true), gnuplot: nil).html()
        #expect(transfer.contains("<span class=\"after\">50.00</span>"))
        #expect(transfer.contains("Harmonic mean"))
    }

    @Test func severalSeedsComeFirstWithMeanAndDeviation() throws {
        var record = record()
        let evaluation = try #require(record.evaluation)
        record.repetitions = [0.5, 0.75, 1].enumerated().map { number, accuracy in
            var adapted = evaluation.adapted
            adapted.accuracy = accuracy
            return RunComparison.Run(
                name: "seed<\(number)>", dataSet: "textures", paradigm: "ul", method: "CAP", seed: number, parameters: [:],
                classNames: names, scores: (evaluation.zeroShot, adapted))
        }
        let page = try Report(record, gnuplot: nil).html()
        // CLIP as it is has no seed.
        #expect(page.contains("<span class=\"before\">62.50</span>"))
        #expect(page.contains("<span class=\"after\">75.00 <span class=\"spread\">± 25.00</span></span>"))
        #expect(page.contains("over 3 seeds: mean ± standard deviation"))
        #expect(page.contains("<td>seed&lt;1&gt;</td><td class=\"n\">1</td><td class=\"n\">62.50</td><td class=\"n\">75.00</td>"))
        #expect(try !Report(self.record(), gnuplot: nil).html().contains("seeds"))
    }

    @Test func whatComesFromDataIsEscaped() throws {
        let page = try Report(record(), gnuplot: Gnuplot()).html()
        #expect(!page.contains("<b>"))
        #expect(!page.contains("<flower>"))
        #expect(!page.contains("<textures>"))
        #expect(page.contains("colt&#39;s &quot;foot&quot; &lt;b&gt;&amp;"))
        #expect(page.contains("a yellow &lt;flower&gt;"))
        #expect(page.contains("&lt;i&gt;, 93 %"))
    }

    @Test func timeAndMemoryOfEveryStageAreShown() throws {
        let page = try Report(record(), gnuplot: nil).html()
        #expect(page.contains("<td>cap-eval</td><td class=\"n\">1:15 min</td><td class=\"n\">512</td>"))
    }

    @Test func thePageLoadsNothingFromElsewhere() throws {
        let page = try Report(record(), gnuplot: Gnuplot()).html()
        let addresses = page.split(separator: "http").dropFirst().map { "http" + $0.prefix { $0 != "\"" } }
        // Names of XML namespaces; nothing is fetched from there.
        #expect(Set(addresses).isSubset(of: ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]))
        #expect(!page.contains("<script"))
        #expect(!page.contains("url("))
    }

    @Test func withoutGnuplotThePageSaysSoAndShowsTables() throws {
        let page = try Report(record(), gnuplot: nil).html()
        #expect(page.contains("Charts are missing"))
        #expect(!page.contains("<svg"))
        #expect(page.contains("<details open>"))
    }

    @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot")) func everyChartIsDrawnWithPartsOfItsOwn() throws {
        let page = try Report(record(), gnuplot: Gnuplot()).html()
        #expect(page.components(separatedBy: "<svg").count == 10)
        for title in [
            "Accuracy of each class", "Pseudolabels by epoch", "Confusion matrix of CAP",
            "Accuracy against confidence", "Margin scale of each class", "Unlabeled images predicted with confidence",
            "Features coloured by true class", "Features coloured by predicted class",
        ] {
            #expect(page.contains("<title>\(title)"))
        }
        let identifiers = page.components(separatedBy: " id='").dropFirst().map { $0.prefix { $0 != "'" } }
            .filter { $0.contains("Pt") }
        #expect(Set(identifiers).count == identifiers.count)
    }

    @Test func aProgramThatDrawsNothingIsReported() throws {
        for program in ["/bin/true", "/bin/false", "/nowhere/gnuplot"] {
            let gnuplot = Gnuplot(program: URL(fileURLWithPath: program))
            #expect(throws: ReportError.self) { try Report(record(), gnuplot: gnuplot).html() }
        }
    }

    @Test func withoutLabeledTestImagesEverythingElseIsShown() throws {
        let page = try Report(record(evaluated: false), gnuplot: Gnuplot()).html()
        #expect(page.contains("No test image has a label"))
        #expect(page.contains("a yellow &lt;flower&gt;"))
        #expect(page.contains("How it was made"))
        #expect(page.contains("Features coloured by predicted class"))
        #expect(page.contains("Margin scale of each class"))
        #expect(page.contains("data:image/jpeg;base64,/9g="))
        #expect(!page.contains("Confusion matrix"))
        #expect(!page.contains("Features coloured by true class"))
    }

    @Test func theCommandStandsThereAsOneWouldTypeIt() throws {
        let page = try Report(record(), gnuplot: nil).html()
        #expect(page.contains("cap-eval model.h5 -o &#39;my eval.h5&#39;"))
        #expect(page.contains("<td>threads</td><td>2</td>"))
    }
}
