import Terminal
import Testing

@Suite("Numbers for people")
struct HumanReadableTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-2800, "-2,800")])
    func count(value: Int, text: String) { #expect(HumanReadable.count(value) == text) }

    @Test(arguments: [
        (0, "0 bytes"), (999, "999 bytes"), (1500, "1.50 kB"), (5_900_000, "5.90 MB"),
        (25_000_000_000, "25.0 GB"),
    ])
    func bytes(value: Int, text: String) { #expect(HumanReadable.bytes(value) == text) }

    @Test(arguments: [
        (0.84, "0.84 s"), (12.34, "12.3 s"), (59.97, "1:00"), (125, "2:05"), (3725, "1:02:05"), (.nan, "?"),
        (.infinity, "?"),
    ])
    func duration(value: Double, text: String) { #expect(HumanReadable.duration(value) == text) }

    @Test(arguments: [(0.634, "63.40 %"), (1, "100.00 %"), (.nan, "–")])
    func percent(value: Double, text: String) { #expect(HumanReadable.percent(value) == text) }

    @Test("a summary aligns its values and names the next command")
    func summary() {
        var summary = Summary("cap-embed")
        summary.add("images", "2,800")
        summary.add("skipped files", "0")
        summary.next(["cap-detect", "my features.h5", "-o", "mismatch.h5"], ", then look")
        #expect(
            summary.text == """
                cap-embed
                  images         2,800
                  skipped files  0
                  next: cap-detect 'my features.h5' -o mismatch.h5, then look

                """)
    }

    @Test("where a plan runs the stages, what comes next is said once, behind the last")
    func summaryInAPlan() {
        for (caller, endsRun, isSaid) in [(SpokenNames.Caller.make, false, false), (.capRun, false, false), (.make, true, true)] {
            var summary = Summary("cap-eval")
            summary.next(["cap-predict", "model.h5", "FOLDER"], endsRun: endsRun, to: caller)
            #expect(summary.text.contains("next: ") == isSaid)
        }
    }
}
