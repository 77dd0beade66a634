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

    /// - Parameter runClasses: the run's classes; nil for those of the data set.
    public init(_ features: ArtifactReader<FeaturesSchema>, classes runClasses: RunClasses? = nil) throws {
        let runClasses = try runClasses ?? RunClasses(features)
        classes = runClasses.names.indices
        let labels = try runClasses.of(features.indices(\.images.label, in: -1..<runClasses.ofDataSet.count))
        let splits = try features.values(\.images.split)
        let test = splits.indices.filter { splits[$0] == .test }
        isTestPart = !test.isEmpty
        images = isTestPart ? test : Array(splits.indices)
        self.labels = images.map { labels[$0] }
    }

    /// The images that are no test images, of so many in all.
    public func others(of count: Int) -> [Int] {
        let test = Set(images)
        return (0..<count).filter { !test.contains($0) }
    }

    /// Positions in `images` that have a label to be compared with.
    public var scoredPositions: [Int] { isTestPart ? labels.indices.filter { labels[$0] >= 0 } : [] }

    public var isScored: Bool { !scoredPositions.isEmpty }
}
