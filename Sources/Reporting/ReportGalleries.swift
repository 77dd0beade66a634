import Foundation

extension Report {
    /// The images themselves, class by class.
    func galleries() -> String? {
        let shown = record.galleries.indices.filter {
            !record.galleries[$0].pseudolabeled.isEmpty || !record.galleries[$0].mistakes.isEmpty
        }
        guard !shown.isEmpty else { return nil }
        let classes = shown.map { label in
            let gallery = record.galleries[label]
            let rows = [("pseudolabeled", gallery.pseudolabeled), ("worst mistakes", gallery.mistakes)]
                .filter { !$0.1.isEmpty }
                .map { "<p class=\"note\">\($0)</p><div class=\"images\">\($1.map(image).joined())</div>" }
            return "<h3>\(name(label))</h3>\(rows.joined())"
        }
        let isKnown = record.galleries.contains { $0.pseudolabeled.contains { $0.isRight != nil } }
        return section(
            "Images",
            [
                """
                <p>For each class the surest of the images that were pseudolabeled as it\(isKnown ? " (framed where the pseudolabel "
                    + "is wrong)" : "")\(record.evaluation == nil ? "" : ", and the test images of it that \(method) is most sure to "
                    + "be of another class").</p>
                """
            ] + classes)
    }

    private func image(_ thumbnail: RunRecord.Thumbnail) -> String {
        let caption = HTML.escaped(thumbnail.caption)
        let data = Data(thumbnail.jpeg).base64EncodedString()
        return """
            <figure\(thumbnail.isRight == false ? " class=\"wrong\"" : "")><img src="data:image/jpeg;base64,\(data)" \
            width="\(thumbnail.width)" height="\(thumbnail.height)" alt="\(caption)"><figcaption>\(caption)</figcaption></figure>
            """
    }

    /// Time and memory of every stage.
    func cost() -> String? {
        let known = record.stages.filter { $0.seconds != nil || $0.peakMemory != nil }
        guard !known.isEmpty else { return nil }
        let rows = known.map { stage in
            [
                HTML.escaped(String(stage.command.prefix { $0 != " " })), stage.seconds.map(Self.duration) ?? "–",
                stage.peakMemory.map { Self.count($0 / 1_000_000) } ?? "–",
            ]
        }
        let total = known.compactMap(\.seconds).reduce(0, +)
        return section(
            "Time and memory",
            [
                HTML.table(["stage", "time", "peak memory, MB"], rows, textColumns: 1),
                "<p>\(Self.duration(total)) in all.</p>",
            ])
    }

    private static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 59.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d min", whole / 60, whole % 60)
            : String(format: "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
