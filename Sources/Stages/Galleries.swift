import Artifacts
import CAP
import Essentials
import ImageArchive
import Images
import Methods
import Reporting
import Runs
import Views

/// The images that a report shows: of each class, and those that the model is least sure of.
struct Galleries {
    /// `[classes]`.
    let byClass: [RunRecord.Gallery]
    let leastSure: [RunRecord.Thumbnail]

    /// The most images of a page, and of a class.
    private static let mostImages = 600
    private static let mostPseudolabeled = 8
    private static let mostMistakes = 6
    private static let mostLeastSure = 24
    /// What all images of a page may take, so that it stays light: with base64 a third more.
    private static let mostBytes = 2_700_000
    private static let quality = 72

    /// Height and width of so many pictures, in pixels: the more there are, the smaller. Each may take its share of the bytes;
    /// a JPEG of this quality takes about half a byte a pixel.
    static func side(of count: Int) -> Int {
        let pixels = Double(mostBytes) / Double(max(1, count)) / 0.5
        return min(192, max(64, Int(pixels.squareRoot()) / 16 * 16))
    }

    /// - Parameter pseudolabels: by class.
    init(
        images: ArtifactReader<ImagesSchema>, pseudolabels: [[Pseudolabel]], test: TestImages,
        predictions: RunRecord.Predictions, classes: RunClasses
    ) throws {
        let classNames = classes.names
        let labels = try classes.of(images.indices(\.images.label, in: -1..<classes.ofDataSet.count))
        let perClass = max(2, (Self.mostImages - Self.mostLeastSure) / max(1, classNames.count))
        let shown = min(Self.mostPseudolabeled, perClass - perClass / 3)
        let shownMistakes = min(Self.mostMistakes, perClass / 3)
        let surest = pseudolabels.map { pseudolabels in
            pseudolabels.sorted { $0.confidence != $1.confidence ? $0.confidence > $1.confidence : $0.image < $1.image }
                .prefix(shown)
        }
        let worst = Self.mistakes(predictions, of: test.scoredPositions, classNames.count, atMost: shownMistakes)
        let unsure = predictions.leastSure(Self.mostLeastSure)

        let stored = try StoredImages(images)
        let names = try images.values(\.images.name)
        let count = surest.map(\.count).reduce(0, +) + worst.map(\.count).reduce(0, +) + unsure.count
        let view = try EvaluationView(size: Self.side(of: count))
        var left = Self.mostBytes
        /// nil where the page has become too heavy for more.
        func thumbnail(_ image: Int, _ caption: String, isRight: Bool?) throws -> RunRecord.Thumbnail? {
            guard left > 0 else { return nil }
            let small = try view.render(stored.image(image))
            let jpeg = try small.jpeg(quality: Self.quality)
            left -= jpeg.count
            guard left >= 0 else { return nil }
            return RunRecord.Thumbnail(
                path: names[image], jpeg: jpeg, height: small.height, width: small.width, caption: caption, isRight: isRight)
        }
        func percent(_ position: Int) -> String { String(percent: predictions.confidences[position]) }
        byClass = try classNames.indices.map { label in
            try RunRecord.Gallery(
                pseudolabeled: surest[label].compactMap { pseudolabel in
                    let truth = labels[pseudolabel.image]
                    return try thumbnail(
                        pseudolabel.image, truth < 0 || truth == label ? "" : classNames[truth],
                        isRight: truth < 0 ? nil : truth == label)
                },
                mistakes: worst[label].compactMap { position in
                    try thumbnail(
                        test.images[position], "\(classNames[predictions.adapted[position]]), \(percent(position)) %",
                        isRight: nil)
                })
        }
        leastSure = try unsure.compactMap { position in
            let (first, next) = (classNames[predictions.adapted[position]], classNames[predictions.runnersUp[position]])
            return try thumbnail(test.images[position], "\(first) or \(next), \(percent(position)) %", isRight: nil)
        }
    }

    /// Of each class's mistakes the surest of every class that it is taken for, those of the most frequent first; then the next.
    private static func mistakes(
        _ predictions: RunRecord.Predictions, of scored: [Int], _ classCount: Int, atMost count: Int
    ) -> [[Int]] {
        var byPair = [[Int: [Int]]](repeating: [:], count: classCount)
        for position in scored where predictions.adapted[position] != predictions.labels[position] {
            byPair[predictions.labels[position]][predictions.adapted[position], default: []].append(position)
        }
        return byPair.map { others in
            var lists = others.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { _, positions in
                positions.sorted { a, b in
                    let (first, second) = (predictions.confidences[a], predictions.confidences[b])
                    return first != second ? first > second : a < b
                }
            }
            var picked: [Int] = []
            while picked.count < count, !lists.isEmpty {
                picked += lists.map { $0[0] }
                lists = lists.map { Array($0.dropFirst()) }.filter { !$0.isEmpty }
            }
            return Array(picked.prefix(count))
        }
    }
}
