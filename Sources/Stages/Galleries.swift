import Artifacts
import CAP
import ImageArchive
import Images
import Methods
import Reporting
import Runs
import Views

/// The images that a report shows of each class.
struct Galleries {
    /// `[classes]`.
    let byClass: [RunRecord.Gallery]

    /// The most images of a page, so that it stays light, and of a class.
    private static let mostImages = 1200
    private static let mostPseudolabeled = 8
    private static let mostMistakes = 6
    /// Height and width of a thumbnail, in pixels.
    private static let side = 72

    /// - Parameter pseudolabels: by class.
    init(
        images: ArtifactReader<ImagesSchema>, pseudolabels: [[Pseudolabel]], test: TestImages, predictions: TestPredictions,
        classes: RunClasses
    ) throws {
        let stored = try StoredImages(images)
        let classNames = classes.names
        let labels = try classes.of(images.indices(\.images.label, in: -1..<classes.ofDataSet.count))
        let view = try EvaluationView(size: Self.side)
        func thumbnail(_ image: Int, _ caption: String, isRight: Bool?) throws -> RunRecord.Thumbnail {
            let small = try view.render(stored.image(image))
            return try RunRecord.Thumbnail(
                jpeg: small.jpeg(quality: 72), height: small.height, width: small.width, caption: caption,
                isRight: isRight)
        }
        let perClass = max(2, Self.mostImages / max(1, classNames.count))
        let shown = min(Self.mostPseudolabeled, perClass - perClass / 3)
        let shownMistakes = min(Self.mostMistakes, perClass / 3)

        var mistakes = [[Int]](repeating: [], count: classNames.count)
        for position in test.scoredPositions where predictions.predicted[position] != test.labels[position] {
            mistakes[test.labels[position]].append(position)
        }
        byClass = try classNames.indices.map { label in
            let surest = pseudolabels[label].sorted {
                $0.confidence != $1.confidence ? $0.confidence > $1.confidence : $0.image < $1.image
            }
            let worst = mistakes[label].sorted {
                let (a, b) = (predictions.confidences[$0], predictions.confidences[$1])
                return a != b ? a > b : $0 < $1
            }
            return try RunRecord.Gallery(
                pseudolabeled: surest.prefix(shown).map { pseudolabel in
                    let truth = labels[pseudolabel.image]
                    return try thumbnail(
                        pseudolabel.image, truth < 0 || truth == label ? "" : classNames[truth],
                        isRight: truth < 0 ? nil : truth == label)
                },
                mistakes: worst.prefix(shownMistakes).map { position in
                    let percent = Int((predictions.confidences[position] * 100).rounded())
                    return try thumbnail(
                        test.images[position], "\(classNames[predictions.predicted[position]]), \(percent) %",
                        isRight: nil)
                })
        }
    }
}
