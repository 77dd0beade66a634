import Essentials

extension Report {
    /// Time and memory of every stage.
    func cost() -> Page.Section? {
        let known = record.stages.filter { $0.seconds != nil || $0.peakMemory != nil }
        guard !known.isEmpty else { return nil }
        let rows = known.map { stage in
            [
                HTML.escaped(String(stage.command.prefix { $0 != " " })), stage.seconds.map(Self.duration) ?? "–",
                stage.peakMemory.map { Self.count($0 / 1_000_000) } ?? "–",
            ]
        }
        let total = known.compactMap(\.seconds).reduce(0, +)
        return .init(
            "cost", "Time and memory",
            [
                HTML.table("Time and memory of each stage", ["stage", "time", "peak memory, MB"], rows, textColumns: 1),
                "<p>\(Self.duration(total)) in all.</p>",
            ])
    }

    /// The commands that made the run, with all parameters.
    func provenance() -> Page.Section {
        let stages = record.stages.enumerated().map { number, stage in
            let parameters = HTML.table(
                "Parameters of step \(number + 1)", ["parameter", "value"],
                stage.parameters.map { [HTML.escaped($0.name), HTML.escaped($0.value)] }, textColumns: 2)
            return """
                <details><summary><code>\(HTML.escaped(stage.command))</code></summary>
                <p>\(HTML.escaped(stage.file))</p>
                \(parameters)
                </details>
                """
        }
        let software = record.software.map { "\(HTML.escaped($0.name)) \(HTML.escaped($0.version))" }
        return .init("provenance", "How it was made", stages + ["<p>\(software.joined(separator: ", "))</p>"])
    }

    private static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 59.95 { return String(printf: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(printf: "%d:%02d min", whole / 60, whole % 60)
            : String(printf: "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
