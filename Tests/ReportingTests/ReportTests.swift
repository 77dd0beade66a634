import Foundation
import Reporting
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct ReportTests {
    private let names = ["striped", "colt's \"foot\" <b>&\n日本", "dotted", "unseen in the test"]

    /// Something that passes for D3 where its presence alone counts.
    static let library: ChartLibrary? = {
        guard let folder = try? TemporaryFolder(), let file = try? folder.write(Data("// https://d3js.org\n".utf8)) else {
            return nil
        }
        return ChartLibrary(contentsOf: URL(fileURLWithPath: file))
    }()

    private func predictions(
        _ confusion: [Int], accuracy: Double = 0.625, perClass: [Double?] = [0.5, 1, 0.25, nil], seen: Double? = nil
    ) -> RunRecord.Performance {
        RunRecord.Performance(
            accuracy: accuracy, seen: seen, unseen: seen.map { $0 / 2 }, harmonicMean: seen.map { $0 / 1.5 },
            calibrationError: 0.125, perClass: perClass, confusion: confusion,
            reliability: (1...15).map {
                .init(count: $0 > 4 ? $0 : 0, confidence: Double($0) / 15, accuracy: Double($0) / 20)
            })
    }

    private func record(evaluated: Bool = true, transfer: Bool = false) -> RunRecord {
        var record = RunRecord(
            dataSet: "rendered <textures>", paradigm: transfer ? "trzsl" : "ul", method: "CAP", classNames: names,
            labeledCount: 0,
            unlabeledCount: 12_345,
            evaluation: evaluated
                ? RunRecord.Evaluation(
                    imageCount: 24,
                    zeroShot: predictions([4, 4, 0, 0, 0, 8, 0, 0, 1, 5, 2, 0, 0, 0, 0, 0], seen: transfer ? 0.5 : nil),
                    adapted: predictions(
                        [7, 1, 0, 0, 0, 8, 0, 0, 0, 5, 3, 0, 0, 0, 0, 0], accuracy: 0.75, perClass: [0.875, 1, 0.375, nil],
                        seen: transfer ? 0.75 : nil),
                    supports: [8, 8, 8, 0])
                : nil,
            mismatches: [
                .init(
                    label: 1, zeroShotCount: 3, description: "a yellow <flower>", alternatives: ["a coltsfoot & co"])
            ],
            epochs: (0..<5).map {
                .init(
                    losses: .init(pseudolabeled: 2 / Double($0 + 1), unlabeled: 0.5, labeled: 0), learningRate: 0.01,
                    pseudolabelCount: 64 + 8 * $0, pseudolabelAccuracy: evaluated ? 0.8 : nil, confidentCount: 100,
                    confidentPerClass: [40, 30, 20, 10], marginScale: [0, Double($0), 2, 3])
            },
            pseudolabelsPerClass: [20, 20, 24, 16],
            featureMap: .init(
                positions: [0, 0, 1, 1, 0, 1, 1, 0], labels: evaluated ? [0, 1, 2, 2] : [-1, -1, -1, -1],
                predicted: [0, 1, 2, 1], test: [0, 1, 2, 3]),
            galleries: names.map { name in
                .init(
                    pseudolabeled: [
                        .init(path: "train/\(name)/1.jpg", jpeg: [0xFF, 0xD8], height: 72, width: 72, caption: "", isRight: true)
                    ],
                    mistakes: evaluated
                        ? [
                            .init(
                                path: "test/\(name)/2.jpg", jpeg: [0xFF], height: 72, width: 72, caption: "<i>, 93 %",
                                isRight: nil)
                        ] : [])
            },
            stages: [
                .init(
                    file: "eval.h5", command: "cap-eval model.h5 -o 'my eval.h5'", parameters: [("threads", "2")],
                    seconds: 75.4, peakMemory: 512_000_000)
            ],
            software: [("CAP", "0.1.0")])
        record.predictions = .init(
            paths: (0..<4).map { "test/<\($0)>.jpg" }, labels: evaluated ? [0, 1, 2, 2] : [-1, -1, -1, -1],
            zeroShot: [0, 1, 2, 2],
            adapted: [0, 1, 2, 1], confidences: [0.9, 0.8, 0.7, 0.6], nextConfidences: [0.1, 0.2, 0.3, 0.4],
            runnersUp: [1, 2, 1, 2])
        record.nextSteps = [.init(reason: "Try <this>:", command: "make 'a&b-ul' TAU=0.7")]
        return record
    }

    private func page(_ record: RunRecord, library: ChartLibrary? = Self.library) throws -> PageParts {
        try PageParts(Report(record, library: library).html())
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
                == "adaptation did harm: accuracy fell from 63.20 to 61.00 %, and CLIP as it was predicts these images better")
        #expect(AdaptationHarm(zeroShot: performance(0.5), adapted: performance(0.5)) == nil)
        #expect(AdaptationHarm(zeroShot: performance(0.5), adapted: performance(0.51)) == nil)
        // What the paradigm is judged by decides.
        let transfer = AdaptationHarm(zeroShot: performance(0.5, mean: 0.6), adapted: performance(0.7, mean: 0.55))
        #expect("\(try #require(transfer))".contains("harmonic mean of seen and unseen accuracy fell from 60.00 to 55.00 %"))
    }

    // MARK: - Structure

    @Test(arguments: [true, false], [true, false]) func thePageIsWellFormedAndItsPartsAreFound(evaluated: Bool, charted: Bool)
        throws
    {
        let page = try page(record(evaluated: evaluated), library: charted ? Self.library : nil)
        let ids = try page.attributes("id")
        #expect(Set(ids).count == ids.count)
        let links = try page.attributes("href")
        #expect(links.allSatisfy { $0.hasPrefix("#") && ids.contains(String($0.dropFirst())) })
        // The contents name every section, in order.
        let sections = try page.nodes("//section").compactMap { ($0 as? XMLElement)?.attribute(forName: "id")?.stringValue }
        #expect(try page.nodes("//nav//a/@href").compactMap(\.stringValue) == sections.map { "#" + $0 })
        #expect(try page.texts("//nav//a") == page.texts("//section/h2"))
        #expect(sections.contains("result") && sections.contains("next") && sections.contains("images"))
        #expect(sections.contains(evaluated ? "confusion" : "changes") || !charted)
        // Every picture has a word for it, every table a name of its own.
        let pictures = try page.nodes("//img").compactMap { $0 as? XMLElement }
        #expect(pictures.count == (evaluated ? 8 : 4))
        #expect(
            pictures.allSatisfy {
                $0.attribute(forName: "alt")?.stringValue?.hasPrefix($0.attribute(forName: "data-path")?.stringValue ?? "-")
                    == true
            })
        let labels = try page.attributes("aria-label")
        #expect(Set(labels).count == labels.count)
        // Charts on the page are those that there is data for.
        let places = try page.nodes("//@data-chart").compactMap(\.stringValue)
        #expect(Set(places) == (charted ? Set(page.charts.keys) : []))
        #expect(try page.nodes("//@data-filter").allSatisfy { ids.contains($0.stringValue ?? "") })
    }

    @Test func thePageLoadsNothingFromElsewhereAndSaysSo() throws {
        let html = try Report(record(), library: Self.library).html()
        let page = try PageParts(html)
        #expect(try page.attributes("src").allSatisfy { $0.hasPrefix("data:image/jpeg;base64,") })
        #expect(try page.nodes("//link | //iframe | //object | //embed | //form | //base").isEmpty)
        let policy = try #require(try page.nodes("//meta[@http-equiv='Content-Security-Policy']/@content").first?.stringValue)
        #expect(policy.hasPrefix("default-src 'none'; img-src data:;") && !policy.contains("unsafe-eval"))
        // What may run bears the page's own word, which no other page has.
        let nonce = try #require(policy.firstMatch(of: #/script-src 'nonce-([0-9a-z]+)'/#)).1
        let opened = html.matches(of: #/<script([^>]*)>/#).map { String($0.1) }
        #expect(opened.sorted() == [" nonce=\"\(nonce)\"", " nonce=\"\(nonce)\"", " type=\"application/json\" id=\"page-data\""])
        #expect(try !Report(record(), library: Self.library).html().contains(nonce))
    }

    @Test func withoutTheLibraryThePageSaysSoAndShowsTables() throws {
        let page = try page(record(), library: nil)
        #expect(page.html.contains("Charts are missing: D3 was not found"))
        #expect(page.scripts.count == 1)
        #expect(try page.nodes("//details[@open]//table[@id='by-class']").count == 1)
        #expect(try !self.page(record()).html.contains("Charts are missing"))
    }

    @Test func aLibraryThatIsNoneIsNotTaken() throws {
        let folder = try TemporaryFolder()
        for text in ["alert(1)", "", String(repeating: " ", count: 300) + "d3js.org"] {
            #expect(try ChartLibrary(contentsOf: URL(fileURLWithPath: folder.write(Data(text.utf8)))) == nil)
        }
        #expect(ChartLibrary(contentsOf: URL(fileURLWithPath: "/nowhere")) == nil)
    }

    @Test func aLibrarysTextsDoNotEndItsScript() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Data("// d3js.org\nlet a = '</script><b>', b = '</SCRIPT ', c = '<!--';".utf8))
        let library = try #require(ChartLibrary(contentsOf: URL(fileURLWithPath: file)))
        let page = try page(record(), library: library)
        #expect(page.scripts.first == "// d3js.org\nlet a = '<\\/script><b>', b = '<\\/SCRIPT ', c = '<\\!--';")
    }

    // MARK: - What it says

    @Test func thePageShowsBeforeAndAfterByTheParadigmsMeasure() throws {
        let plain = try page(record())
        #expect(try plain.texts("//p[@class='headline']/span") == ["62.50", "→", "75.00"])
        #expect(plain.html.contains("Accuracy on 24 test"))
        let transfer = try page(record(transfer: true))
        #expect(try transfer.texts("//p[@class='headline']/span") == ["33.33", "→", "50.00"])
        #expect(transfer.html.contains("Harmonic mean"))
    }

    @Test func theChangeIsASentence() throws {
        var record = record()
        #expect(
            try page(record).texts("//p[@class='verdict']") == [
                "+12.5 points; 2 classes better, 0 worse; dotted is at 38 %, taken for colt's \"foot\" <b>& 日本 5 of 8."
            ])
        #expect(try page(record).nodes("//p[@class='warning']").isEmpty)
        // The other way round it is a warning.
        if let evaluation = record.evaluation {
            record.evaluation?.zeroShot = evaluation.adapted
            record.evaluation?.adapted = evaluation.zeroShot
        }
        let worse = try page(record)
        #expect(
            try worse.texts("//p[@class='verdict']") == [
                "−12.5 points; 0 classes better, 2 worse, worst striped −37.5; dotted is at 25 %, taken for colt's \"foot\" <b>& 日本 5 of 8."
            ])
        #expect(try worse.texts("//p[@class='warning']").first?.contains("accuracy fell from 75.00 to 62.50 %") == true)
    }

    @Test func aClassThatStaysPoorIsNamed() throws {
        var record = record()
        record.evaluation?.zeroShot.perClass[2] = 0.36
        #expect(try page(record).texts("//p[@class='verdict']").first?.contains("; dotted stays at 38 %") == true)
        record.evaluation?.adapted.perClass = [0.9, 1, 0.8, nil]
        #expect(try page(record).texts("//p[@class='verdict']") == ["+12.5 points; 2 classes better, 0 worse."])
    }

    @Test func precisionAndF1AreThoseOfTheConfusionMatrix() throws {
        let page = try page(record())
        let rows = try page.nodes("//table[@id='by-class']/tbody/tr").map { row in
            try row.nodes(forXPath: "td").map { PageParts.folded($0.stringValue ?? "") }
        }
        // Dotted: 3 of 8 found, 3 of 3 right, F1 2·3 / (8 + 3); the worst first, those without images last.
        #expect(rows.first == ["dotted", "25.00", "37.50", "100.00", "40.00", "54.55", "8"])
        #expect(rows.last == ["unseen in the test", "–", "–", "–", "–", "–", "0"])
    }

    @Test func whatToDoNextStandsAboveAllElse() throws {
        let page = try page(record())
        #expect(try page.nodes("//section/@id").compactMap(\.stringValue).prefix(2) == ["result", "next"])
        #expect(try page.texts("//section[@id='next']//code") == ["make 'a&b-ul' TAU=0.7"])
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
        let page = try page(record)
        // CLIP as it is has no seed.
        #expect(try page.texts("//p[@class='headline']/span") == ["62.50", "→", "75.00 ± 25.00"])
        #expect(page.html.contains("over 3 seeds: mean ± standard deviation"))
        #expect(
            page.html.contains("<td>seed&lt;1&gt;</td><td class=\"n\">1</td><td class=\"n\">62.50</td><td class=\"n\">75.00</td>")
        )
        #expect(try !self.page(self.record()).html.contains("seeds"))
    }

    @Test func mistakesAreListedForTheCellsTheyAreIn() throws {
        let page = try page(record())
        let images = try #require(page.data["images"] as? [String: [Any]])
        #expect(images["paths"] as? [String] == ["test/<3>.jpg"])
        #expect(images["truth"] as? [Int] == [2] && images["after"] as? [Int] == [1] && images["before"] as? [Int] == [2])
        #expect(try page.nodes("//button/@data-cell").compactMap(\.stringValue).contains("after 2 1"))
        let layers = try #require(page.charts["confusion"]?["layers"] as? [[String: Any]])
        #expect(layers.map { $0["model"] as? String } == ["after", "before"])
        #expect(layers[0]["cells"] as? [Int] == [0, 0, 7, 0, 1, 1, 1, 1, 8, 2, 1, 5, 2, 2, 3])
    }

    @Test func timeAndMemoryOfEveryStageAreShown() throws {
        let page = try page(record())
        #expect(page.html.contains("<td>cap-eval</td><td class=\"n\">1:15 min</td><td class=\"n\">512</td>"))
    }

    @Test func detectionsFrequencyIsShownWhereItIsKnown() throws {
        var record = record()
        #expect(try !page(record).html.contains("seeds that find it"))
        record.mismatches?[0].foundFrequency = 0.625
        #expect(try page(record).texts("//section[@id='mismatched']//tbody/tr/td[last()]") == ["63 %"])
    }

    @Test func withoutLabeledTestImagesEverythingElseIsShown() throws {
        let page = try page(record(evaluated: false))
        #expect(page.html.contains("No test image has a label"))
        #expect(page.html.contains("a yellow &lt;flower&gt;"))
        #expect(page.html.contains("data:image/jpeg;base64,/9g="))
        #expect(page.charts["confusion"] == nil && page.charts["classes"] == nil)
        #expect(page.charts["map"] != nil && page.charts["margin"] != nil && page.charts["loss"] != nil)
        // One of four images is predicted another way: dotted before, coltsfoot now.
        #expect(page.html.contains("1 of 4 images (25.00 %)"))
        let counts = try page.nodes("//table[@id='counts']/tbody/tr").map { row in
            try row.nodes(forXPath: "td").dropFirst().map { $0.stringValue ?? "" }
        }
        #expect(counts == [["1", "1", "0"], ["1", "2", "1"], ["2", "1", "−1"], ["0", "0", "0"]])
    }

    @Test func theCommandStandsThereAsOneWouldTypeIt() throws {
        let page = try page(record())
        #expect(page.html.contains("cap-eval model.h5 -o &#39;my eval.h5&#39;"))
        #expect(page.html.contains("<td>threads</td><td>2</td>"))
    }

    // MARK: - Size

    /// With as many pictures as a page may have (cap-eval's `Galleries`), and the charts' library as large as it is.
    @Test(arguments: [20, 120, 200], [true, false]) func thePageStaysLight(classes: Int, labeled: Bool) throws {
        let record = try MadeUpRun(classCount: classes, isLabeled: labeled).record()
        let html = try Report(record, library: .installed ?? Self.library).html()
        #expect(html.utf8.count < 5_000_000)
        let page = try PageParts(html)
        #expect(page.classes.count == classes)
        // Galleries but the first are folded.
        #expect(try page.nodes("//div[@id='galleries']/details").count == classes)
        #expect(try page.nodes("//div[@id='galleries']/details[@open]").count == 1)
        // `CAP_MADE_UP_PAGES=FOLDER` keeps the pages, to be looked at.
        if let folder = ProcessInfo.processInfo.environment["CAP_MADE_UP_PAGES"] {
            let file = URL(fileURLWithPath: folder).appendingPathComponent("\(classes)-\(labeled ? "labeled" : "unlabeled").html")
            try Data(html.utf8).write(to: file)
        }
    }
}
