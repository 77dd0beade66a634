extension Report {
    /// How training went, epoch by epoch.
    func training() -> Page.Section? {
        guard let last = record.epochs.last else { return nil }
        let per = record.pseudolabelsPerClass.filter { $0 > 0 }
        let spread = per.min().flatMap { low in per.max().map { low == $0 ? "\(low)" : "\(low) to \($0)" } } ?? "0"
        let right = last.pseudolabelAccuracy.map { "; \(Self.percent($0)) % of the last epoch's are right" } ?? ""
        let margins = page.place(of: "margin", "Margin scale of each class by epoch, in logits", isTall: isLong)
        return .init(
            "training", "Training",
            [
                """
                <p>Pseudolabels: \(Self.count(record.epochs.first?.pseudolabelCount ?? 0)) in the first of \(record.epochs.count)
                epochs, \(Self.count(last.pseudolabelCount)) in the last, \(spread) per class\(right).</p>
                """,
                curves(on: page),
                page.place(of: "balance", "Unlabeled images predicted with confidence, by class", isTall: isLong),
                margins.map {
                    """
                    <p>The margin pushes images of a class away from the classes it resembles, the more the seldomer the class is
                    predicted with confidence. The first epoch has none.</p>
                    \($0)
                    """
                },
                """
                <details\(page.library == nil ? " open=\"\"" : "")><summary>Every epoch, as a table</summary>
                \(TrainingCurves(record.epochs).table)</details>
                """,
            ])
    }

    private func curves(on page: Page) -> String? { TrainingCurves(record.epochs).places(on: page) }
}

/// Losses, pseudolabels and their accuracy by epoch.
struct TrainingCurves {
    let epochs: [RunRecord.Epoch]

    init(_ epochs: [RunRecord.Epoch]) { self.epochs = epochs }

    var charts: [String: Chart] {
        guard !epochs.isEmpty else { return [:] }
        func line(
            _ name: String, _ style: Chart.Style, dash: String = "", _ value: (RunRecord.Epoch) -> Double?
        ) -> Chart.Line? {
            let values = epochs.map { value($0).flatMap { $0.isFinite ? Chart.short($0) : nil } }
            return values.contains { $0 ?? 0 != 0 } ? Chart.Line(name: name, values: values, style: style, dash: dash) : nil
        }
        var charts: [String: Chart] = [:]
        let losses = [
            line("on pseudolabeled images", .after) { $0.losses.pseudolabeled },
            line("on unlabeled images", .before, dash: "6 3") { $0.losses.unlabeled },
            line("on labeled images", .third, dash: "2 3") { $0.losses.labeled },
        ].compactMap { $0 }
        if !losses.isEmpty { charts["loss"] = .lines(losses, unit: "", top: nil) }
        let counts = [
            line("pseudolabels", .after) { Double($0.pseudolabelCount) },
            line("confident samples", .before, dash: "6 3") { Double($0.confidentCount) },
        ].compactMap { $0 }
        if !counts.isEmpty { charts["pseudolabels"] = .lines(counts, unit: "", top: nil) }
        if let right = line("pseudolabels right", .third, { $0.pseudolabelAccuracy.map { $0 * 100 } }) {
            charts["accuracy"] = .lines([right], unit: "%", top: 100)
        }
        if let rate = line("learning rate", .after, { $0.learningRate }) { charts["rate"] = .lines([rate], unit: "", top: nil) }
        return charts
    }

    func places(on page: Page) -> String? {
        let places = [
            page.place(of: "loss", "Loss by epoch, in nat"),
            page.place(of: "pseudolabels", "Pseudolabels and confident samples by epoch"),
            page.place(of: "accuracy", "Pseudolabels that are right by epoch, in %"),
            page.place(of: "rate", "Learning rate by epoch"),
        ].compactMap { $0 }
        return places.isEmpty ? nil : places.joined(separator: "\n")
    }

    var table: String {
        let rows = epochs.enumerated().map { number, epoch in
            [
                "\(number + 1)", Verdict.fixed(epoch.losses.pseudolabeled, 3), Verdict.fixed(epoch.losses.unlabeled, 3),
                Verdict.fixed(epoch.losses.labeled, 3), "\(Chart.short(epoch.learningRate))",
                Report.count(epoch.pseudolabelCount),
                epoch.pseudolabelAccuracy.map(Report.percent) ?? "–", Report.count(epoch.confidentCount),
            ]
        }
        return HTML.table(
            "Training by epoch",
            [
                "epoch", "loss, pseudolabeled", "unlabeled", "labeled", "learning rate", "pseudolabels", "right, %",
                "confident samples",
            ], rows, textColumns: 0)
    }
}
