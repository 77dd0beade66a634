import Artifacts
import Reporting

extension RunRecord.FeatureMap {
    /// The most images that are laid out: the method's time grows with their square.
    private static let mostImages = 600

    /// Which of so many test images are laid out.
    public static func sample(of images: Int) -> [Int] {
        let count = min(mostImages, images)
        return (0..<count).map { $0 * images / count }
    }

    /// Lays out CLIP's features of test images, evenly spread over all of them.
    ///
    /// - Parameter predicted: the class predicted for each test image.
    public init?(features: ArtifactReader<FeaturesSchema>, test: TestImages, predicted: [Int]) throws {
        let sample = Self.sample(of: test.images.count)
        guard !sample.isEmpty else { return nil }
        let all = try features.values(\.images.features)
        let dim = try features.shape(\.images.features)[1]
        let points = sample.flatMap { all[test.images[$0] * dim..<(test.images[$0] + 1) * dim] }
        self.init(
            positions: try TSNE().embed(points, count: sample.count), labels: sample.map { test.labels[$0] },
            predicted: sample.map { predicted[$0] }, test: sample)
    }
}
