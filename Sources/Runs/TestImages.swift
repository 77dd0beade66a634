import Artifacts
import Vocabulary

/// The images that a model is judged on.
public struct TestImages: Sendable {
    /// Every class.
    public let classes: Range<Int>
    /// The test images; all images where the data set has no test part.
    public let images: [Int]
    /// The class of each, −1 where it is not known.
    public let labels: [Int]
    /// Whether these are test images: predictions of images that were trained on are not scored.
    private let isTestPart: Bool

    public init(_ features: ArtifactReader<FeaturesSchema>) throws {
        classes = try 0..<features.count(\.classes.name)
        let labels = try features.indices(\.images.label, in: -1..<classes.count)
        let splits = try features.values(\.images.split)
        let test = splits.indices.filter { splits[$0] == .test }
        isTestPart = !test.isEmpty
        images = isTestPart ? test : Array(splits.indices)
        self.labels = images.map { labels[$0] }
    }

    /// Positions in `images` that have a label to be compared with.
    public var scoredPositions: [Int] { isTestPart ? labels.indices.filter { labels[$0] >= 0 } : [] }

    public var isScored: Bool { !scoredPositions.isEmpty }
}
