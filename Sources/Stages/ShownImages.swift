import Artifacts
import CAP
import FoundationEssentials
import ImageArchive
import Images
import Tensors

/// The images that a language model which sees is shown with its question: those nearest to the centroid of the cluster that a
/// class's name fits best. An addition to the paper, whose questions are words alone.
struct ShownImages {
    /// Height and width of a picture, in pixels.
    private static let side = 224
    private static let quality = 85

    /// What is shown about one class.
    struct Pictures {
        /// Rows of images.h5, the nearest first.
        let images: [Int]
        let cluster: Int
        let files: [Data]
    }

    private let count: Int
    private let stored: StoredImages
    private let clusters: ImageClusters
    private let features: Tensor
    private let text: Tensor
    private let logitScale: Double
    private let residual: [Int]
    private let unlabeled: [Int]

    /// - Parameter images: the images.h5; nil for the one that `features` was made from, where it is found.
    init(
        count: Int, images: String?, features: ArtifactReader<FeaturesSchema>, mismatch: ArtifactReader<MismatchSchema>,
        clusters: ImageClusters
    ) throws {
        self.count = count
        self.clusters = clusters
        let source = try images.map { try ArtifactReader($0, schema: .images) } ?? features.madeFrom(.images)
        guard let source else {
            throw ArtifactError(
                "\(features.path): the images.h5 that it was made from is not found: name it with --images")
        }
        try Lineage.check([source, features, mismatch])
        stored = try StoredImages(source)
        self.features = try features.tensor(\.images.features)
        text = try features.tensor(\.classes.textFeatures)
        logitScale = try Double(features.value(\.logitScale))
        residual = try mismatch.indices(\.residual.image, in: 0..<stored.count)
        unlabeled = try ImageClusters.unlabeled(in: mismatch)
    }

    func pictures(of label: Int) throws -> Pictures {
        let centroids = clusters.centroids(for: label)
        let fit = try DescriptionChoice(
            candidates: text.narrow(dim: 0, start: label, length: 1), centroids: centroids, logitScale: logitScale
        ).fits[0]
        let pool = clusters.isMismatched(label) ? residual : unlabeled
        // The centroid's length is the same for all of them.
        let centroid = try centroids.narrow(dim: 0, start: fit.cluster, length: 1)
        let similarities = try features.rows(pool).matmul(centroid.transposed(0, 1)).floats()
        // The first among equals.
        let order = zip(similarities, pool).sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
        let nearest = order.prefix(count).map(\.1)
        return Pictures(
            images: nearest, cluster: fit.cluster,
            files: try nearest.map { try Data(stored.image($0).thumbnail(size: Self.side).jpeg(quality: Self.quality)) })
    }
}
