import Artifacts
import CAP
import DataSets
import Tensors
import Vocabulary

/// The clusters of images that a class's descriptions are compared with.
///
/// For a mismatched class those of the images that detection left (CAP, Appendix B.3). The images of every other class
/// are not among them: its descriptions are compared with the clusters of all unlabeled images, one per candidate class,
/// as detection's first step makes them.
struct ImageClusters {
    private let mismatched: Set<Int>
    private let residual: Tensor
    /// nil where only mismatched classes are described.
    private let all: Tensor?

    init(features: ArtifactReader<FeaturesSchema>, mismatch: ArtifactReader<MismatchSchema>, forAllClasses: Bool, seed: UInt64)
        throws
    {
        let classes = try 0..<features.count(\.classes.name)
        mismatched = try Set(mismatch.indices(\.classes.mismatched, in: classes))
        residual = try mismatch.tensor(\.residual.centroids)
        guard forAllClasses else {
            all = nil
            return
        }
        let unlabeled = try Self.unlabeled(in: mismatch)
        guard try mismatch.count(\.split.role) == features.count(\.images.name) else {
            throw ArtifactError("\(mismatch.path) does not divide the images of \(features.path): run cap-detect again")
        }
        let images = try features.tensor(\.images.features)
        var generator = SeededGenerator(seed: seed)
        all = try KMeans().cluster(
            images.rows(unlabeled), into: mismatch.count(\.split.candidate), using: &generator
        ).centroids
    }

    /// The images without a label that count.
    static func unlabeled(in mismatch: ArtifactReader<MismatchSchema>) throws -> [Int] {
        let roles = try mismatch.values(\.split.role)
        return roles.indices.filter { roles[$0] == .unlabeled }
    }

    func isMismatched(_ label: Int) -> Bool { mismatched.contains(label) }

    /// `[clusters, dim]`.
    func centroids(for label: Int) -> Tensor {
        isMismatched(label) ? residual : all ?? residual
    }
}
