import Foundation
import Reporting
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Names are data on pages too: whatever they say, they are shown as they are, in tables, charts, tooltips and dialogs, and
/// nothing that they say is done.
struct HostilePageTests {
    /// A run of classes of these names, which stand wherever a text from data can, all of its charts with something to show.
    private func record(_ names: [String]) -> RunRecord {
        let size = names.count
        func ofEach<Value>(_ value: Value) -> [Value] { [Value](repeating: value, count: size) }
        let confusion = (0..<size * size).map { $0 % (size + 1) == 0 ? 3 : $0 % 2 }
        let predictions = RunRecord.Performance(
            accuracy: 0.5, topFive: 0.9, seen: nil, unseen: nil, harmonicMean: nil, calibrationError: 0.1, perClass: ofEach(0.5),
            confusion: confusion, reliability: [.init(count: 3, confidence: 0.5, accuracy: 0.5)])
        let thumbnails = names.map {
            RunRecord.Thumbnail(path: $0, jpeg: [0xFF, 0xD8], height: 64, width: 64, caption: $0, isRight: false)
        }
        var record = RunRecord(
            dataSet: names[0], paradigm: names[1], method: names[0], classNames: names, labeledCount: 0, unlabeledCount: size,
            evaluation: .init(imageCount: size, zeroShot: predictions, adapted: predictions, supports: ofEach(3)),
            mismatches: names.indices.map { .init(label: $0, zeroShotCount: 3, description: names[$0], alternatives: names) },
            epochs: (0..<3).map { _ in
                .init(
                    losses: .init(pseudolabeled: 1, unlabeled: 1, labeled: 1), learningRate: 0.1, pseudolabelCount: size,
                    pseudolabelAccuracy: 0.8, confidentCount: 30 * size, confidentPerClass: ofEach(30), marginScale: ofEach(1))
            },
            pseudolabelsPerClass: ofEach(1),
            featureMap: .init(
                positions: names.indices.flatMap { [Double($0), Double($0 * $0)] }, labels: Array(names.indices),
                predicted: Array(names.indices), test: Array(names.indices)),
            galleries: thumbnails.map { .init(pseudolabeled: [$0], mistakes: [$0]) },
            stages: names.map { .init(file: $0, command: $0, parameters: [($0, $0)], seconds: 1, peakMemory: 1) },
            software: names.map { ($0, $0) })
        record.leastSure = thumbnails
        record.nextSteps = names.map { .init(reason: $0, command: $0) }
        record.predictions = .init(
            paths: names, labels: Array(names.indices), zeroShot: names.indices.map { ($0 + 1) % size },
            adapted: names.indices.map { ($0 + 1) % size }, confidences: ofEach(0.5), nextConfidences: ofEach(0.4),
            runnersUp: Array(names.indices))
        return record
    }

    /// A name as pages show it: what cannot be seen, or turns the direction of reading, is replaced.
    private static func shown(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    if scalar == "\t" { return " " }
                    let isTurning =
                        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
                        || [0x61C, 0x200E, 0x200F].contains(scalar.value)
                    let isControl = scalar != "\n" && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
                    return isTurning || isControl || [0xFFFE, 0xFFFF].contains(scalar.value) ? "\u{FFFD}" : scalar
                }))
    }

    private static func names(_ round: Int, canary: String) -> [String] {
        var names = HostileNames(seed: UInt64(round + 20), canary: canary)
        // A name of its own each, so that all can be told apart.
        return (0..<HostileNames.count).map { "\(names.name(startingWith: round == 0 ? $0 : nil)) (\($0))" }
    }

    private static let elements: Set<String> = [
        "a", "body", "br", "button", "circle", "code", "details", "dialog", "div", "fieldset", "figcaption", "figure", "h1", "h2",
        "head", "header", "html", "img", "input", "label", "legend", "li", "main", "meta", "nav", "noscript", "option", "output",
        "p",
        "script", "section", "select", "span", "style", "summary", "svg", "table", "tbody", "td", "th", "thead", "title", "tr",
        "ul",
    ]

    @Test(arguments: 0..<3) func everyNameIsTextAndNothingElse(round: Int) throws {
        let names = Self.names(round, canary: "/tmp/none")
        let shown = names.map(Self.shown)
        let page = try PageParts(Report(record(names), library: ReportTests.library).html())
        #expect(page.classes == shown)
        #expect(page.scripts.count == 2)
        let elements = try Set(page.nodes("//*").compactMap(\.name))
        #expect(elements.subtracting(Self.elements) == [])
        #expect(try page.nodes("//@*").allSatisfy { $0.name?.hasPrefix("on") == false })
        #expect(try page.nodes("//@href").allSatisfy { $0.stringValue?.hasPrefix("#") == true })
        let folded = Set(shown.map(PageParts.folded))
        for path in [
            "//table[@id='by-class']/tbody/tr/td[1]", "//section[@id='mismatched']//tbody/tr/td[1]",
            "//select/option[position()>1]",
            "//div[@id='galleries']/details/summary/span", "//section[@id='next']//code", "//section[@id='provenance']//summary",
        ] {
            #expect(try Set(page.texts(path)) == folded, "\(path)")
        }
        #expect(try Set(page.attributes("data-path").map(PageParts.folded)) == folded)
        #expect(page.charts["classes"]?["names"] as? [String] ?? [] != [])
        #expect(Set(page.charts["confusion"]?["rows"] as? [String] ?? []) == Set(shown))
    }

    @Test func runsSideBySideAreTextToo() throws {
        let names = Self.names(0, canary: "/tmp/none")
        let performance = RunRecord.Performance(
            accuracy: 0.5, seen: nil, unseen: nil, harmonicMean: nil, calibrationError: 0.1, perClass: names.map { _ in 0.5 },
            confusion: names.flatMap { _ in names.map { _ in 1 } }, reliability: [])
        let runs = names.map { name in
            RunComparison.Run(
                name: name, dataSet: name, paradigm: name, method: name, seed: 1, parameters: [name: name], classNames: names,
                scores: (performance, performance))
        }
        let page = try PageParts(ComparisonReport(RunComparison(runs), library: ReportTests.library).html())
        #expect(page.classes == names.map(Self.shown) && page.scripts.count == 2)
        #expect(try Set(page.nodes("//*").compactMap(\.name)).subtracting(Self.elements) == [])
        #expect(page.charts["runs"]?["names"] as? [String] == names.map(Self.shown))
    }

    // MARK: - In a browser

    /// Moves over all charts, opens all cells and pictures, searches for every class, and leaves what was said.
    private static let visitor = """
        addEventListener("load", () => setTimeout(() => {
          const seen = { tips: [], dialogs: [], labels: 0, charts: 0, found: 0, scripts: 0 };
          for (const details of document.querySelectorAll("details")) details.open = true;
          setTimeout(() => {
            const tips = new Set();
            for (const svg of document.querySelectorAll(".plot > svg")) {
              seen.charts += 1;
              const box = svg.getBoundingClientRect();
              for (let y = 2; y < box.height; y += 7) for (let x = 2; x < box.width; x += 23) {
                svg.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + x, clientY: box.top + y }));
                tips.add(document.getElementById("tip").textContent);
              }
            }
            seen.tips = [...tips];
            const dialog = document.getElementById("viewer");
            for (const button of document.querySelectorAll("button[data-cell], button.thumb")) {
              button.click();
              seen.dialogs.push(dialog.querySelector("h2").textContent);
              dialog.close();
            }
            const input = document.querySelector("input[data-filter='by-class']");
            const rows = document.querySelectorAll("#by-class tbody tr");
            for (const row of rows) {
              input.value = row.cells[0].textContent.match(/\\(\\d+\\)$/)[0];
              input.dispatchEvent(new Event("input"));
              seen.found += row.hidden ? 0 : 1;
            }
            seen.labels = document.querySelectorAll(".plot text.name").length;
            seen.scripts = document.scripts.length;
            seen.title = document.title;
            const said = document.body.appendChild(document.createElement("pre"));
            said.id = "seen";
            said.textContent = JSON.stringify(seen);
          }, 700);
        }, 700));
        """

    private struct Seen: Decodable {
        let tips: [String]
        let dialogs: [String]
        let labels: Int
        let charts: Int
        let found: Int
        let scripts: Int
        let title: String
    }

    @Test(
        .enabled(if: ChartLibrary.installed != nil, "needs node-d3"),
        .enabled(if: Program.isInstalled("chromium"), "this machine has no chromium, a browser that setup does not install"),
        arguments: 0..<2)
    func aBrowserShowsEveryNameAndDoesNothingElse(round: Int) throws {
        let folder = try TemporaryFolder()
        // As many as a confusion matrix has labels for.
        let names = Array(Self.names(round, canary: folder.file("canary")).suffix(40))
        let shown = names.map(Self.shown)
        var html = try Report(record(names), library: .installed).html()
        let nonce = try #require(html.firstMatch(of: #/nonce-([0-9a-z]+)/#)).1
        html = html.replacing("</body>", with: "<script nonce=\"\(nonce)\">\(Self.visitor)</script></body>")
        let page = try folder.write(Data(html.utf8), to: "page.html")
        let outcome = try Program.run(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--user-data-dir=\(folder.file("profile"))",
                "--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom", "file://\(page)",
            ])
        let said = try #require(outcome.output.firstMatch(of: #/(?s)<pre id="seen">(.*?)<\/pre>/#), "\(outcome.errors)").1
        let json = said.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&nbsp;", with: "\u{A0}")
            .replacing("&amp;", with: "&")
        let seen = try JSONDecoder().decode(Seen.self, from: Data(json.utf8))
        #expect(seen.charts == 10)
        // A class stands in two charts by epoch, along both sides of the matrix, and among the accuracies.
        #expect(seen.labels == 5 * names.count)
        #expect(seen.found == names.count)
        for name in shown {
            // An accuracy, a row, a column and a class of an epoch.
            #expect(seen.tips.count { $0.contains(name) } >= 4, "\(name.debugDescription)")
        }
        #expect(Set(shown).isSubset(of: seen.dialogs))
        #expect(seen.scripts == 4)
        #expect(PageParts.folded(seen.title) == PageParts.folded("\(shown[0]) on \(shown[0]), \(shown[1])"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("canary")))
    }
}
