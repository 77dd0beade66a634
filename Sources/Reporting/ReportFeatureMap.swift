extension Report {
    /// The features of images in two dimensions.
    func featureMap() throws -> String? {
        guard let map = record.featureMap, !map.predicted.isEmpty else { return nil }
        let isKnown = map.labels.contains { $0 >= 0 }
        let isWrong = map.labels.indices.map { map.labels[$0] >= 0 && map.labels[$0] != map.predicted[$0] }
        let truth =
            try isKnown
            ? chart(isSmall: true) {
                try $0.featureMap(
                    map.positions, labels: map.labels, isWrong: isWrong.map { _ in false }, name: "featuresTrue",
                    title: "Features coloured by true class")
            } : nil
        let predicted = try chart(isSmall: true) {
            try $0.featureMap(
                map.positions, labels: map.predicted, isWrong: isWrong, name: "featuresPredicted",
                title: "Features coloured by predicted class")
        }
        guard let predicted else { return nil }
        let names = record.classNames.indices.map {
            "<li><span style=\"background: \(ClassColor($0).hex)\"></span>\(name($0))</li>"
        }
        return section(
            "Feature map",
            [
                """
                <p>CLIP's features of \(Self.count(map.predicted.count)) images, laid out by t-SNE so that images that CLIP finds
                alike lie together.</p>
                """,
                truth.map { "<h3>By true class</h3>\($0)" },
                "<h3>By the class that \(method) predicts</h3>",
                isKnown ? "<p>Crosses are predictions that are wrong.</p>" : nil, predicted,
                "<ul class=\"legend\">\(names.joined())</ul>",
            ])
    }
}
