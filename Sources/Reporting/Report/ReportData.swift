extension RunRecord {
    /// The most images that the page knows by their paths, for the cells of the confusion matrix.
    private static let mostListed = 4000

    /// What the page's script works on.
    var pageData: Page.PageData {
        Page.PageData(
            classes: classNames.map(Printable.text), colors: classNames.indices.map { ClassColor($0).hex }, charts: charts,
            images: mistaken)
    }

    private var charts: [String: Chart] {
        var charts = TrainingCurves(epochs).charts
        let labels = ["zero-shot", method]
        if let evaluation {
            let rows = classNames.indices
                .compactMap { label -> (name: String, before: Double, after: Double)? in
                    guard let before = evaluation.zeroShot.perClass[label], let after = evaluation.adapted.perClass[label]
                    else { return nil }
                    return (classNames[label], before * 100, after * 100)
                }
                .sorted { ($1.after - $1.before, $0.name) < ($0.after - $0.before, $1.name) }
            charts["classes"] = .dots(
                names: rows.map(\.name), before: rows.map(\.before), after: rows.map(\.after), labels: labels,
                unit: "accuracy, %", top: 100)
            charts["confusion"] = .confusion(
                names: classNames,
                layers: [
                    .init(.after, method, counts: evaluation.adapted.confusion, columns: classNames.count),
                    .init(.before, "zero-shot CLIP", counts: evaluation.zeroShot.confusion, columns: classNames.count),
                ])
            func bins(_ model: Performance) -> [[Double]] {
                model.reliability.filter { $0.count > 0 }.map { [$0.confidence * 100, $0.accuracy * 100, Double($0.count)] }
            }
            charts["reliability"] = .reliability(
                before: bins(evaluation.zeroShot), after: bins(evaluation.adapted), labels: labels)
        } else if let predictions, !predictions.paths.isEmpty {
            let (before, after) = (predictions.counts(\.zeroShot, self), predictions.counts(\.adapted, self))
            let order = classNames.indices.sorted { (after[$1], $0) < (after[$0], $1) }
            charts["counts"] = .dots(
                names: order.map { classNames[$0] }, before: order.map { Double(before[$0]) },
                after: order.map { Double(after[$0]) }, labels: labels, unit: "images", top: nil)
        }
        if epochs.contains(where: { $0.confidentPerClass.contains { $0 > 0 } }) {
            charts["balance"] = .byEpoch(
                names: classNames, epochs: epochs.map { $0.confidentPerClass.map(Double.init) }, unit: "confident images")
        }
        if epochs.contains(where: { $0.marginScale.contains { $0 > 0 } }) {
            charts["margin"] = .byEpoch(names: classNames, epochs: epochs.map(\.marginScale), unit: "logits")
        }
        if let featureMap, !featureMap.predicted.isEmpty {
            let test = predictions.map { predictions in featureMap.test.map { (predictions.paths[$0], predictions.zeroShot[$0]) }
            }
            charts["map"] = .map(
                positions: Self.centred(featureMap.positions), truth: featureMap.labels,
                before: test?.map(\.1) ?? featureMap.predicted, after: featureMap.predicted,
                paths: test?.map(\.0) ?? featureMap.predicted.indices.map { "image \($0 + 1)" })
        }
        return charts
    }

    /// Around the middle of what there is, one unit from there to the furthest.
    private static func centred(_ positions: [Double]) -> [Double] {
        let middle = (0..<2).map { axis -> Double in
            let values = stride(from: axis, to: positions.count, by: 2).map { positions[$0] }
            return ((values.min() ?? 0) + (values.max() ?? 0)) / 2
        }
        let moved = positions.enumerated().map { $1 - middle[$0 % 2] }
        let reach = moved.map(abs).max() ?? 0
        return reach > 0 ? moved.map { $0 / reach } : moved
    }

    /// The test images that a model predicts wrong, the adapted model's mistakes and its surest first.
    private var mistaken: Page.PageData.Images {
        guard let predictions else { return .init() }
        func isWrong(_ predicted: [Int], _ position: Int) -> Bool {
            predictions.labels[position] >= 0 && predicted[position] != predictions.labels[position]
        }
        let order = predictions.paths.indices
            .filter { isWrong(predictions.adapted, $0) || isWrong(predictions.zeroShot, $0) }
            .sorted { a, b in
                let (first, second) = (isWrong(predictions.adapted, a), isWrong(predictions.adapted, b))
                if first != second { return first }
                let (confidence, other) = (predictions.confidences[a], predictions.confidences[b])
                return confidence != other ? confidence > other : a < b
            }
            .prefix(Self.mostListed)
        return .init(
            paths: order.map { Printable.text(predictions.paths[$0]) }, truth: order.map { predictions.labels[$0] },
            before: order.map { predictions.zeroShot[$0] }, after: order.map { predictions.adapted[$0] },
            confidence: order.map { Chart.short(Double(predictions.confidences[$0])) })
    }
}
