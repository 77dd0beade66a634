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

    init(features: ArtifactReader, mismatch: ArtifactReader, forAllClasses: Bool, seed: UInt64) throws {
        let classes = try 0..<features.count("classes/name")
        mismatched = try Set(mismatch.indices("classes/mismatched", in: classes))
        residual = try Tensor(
            mismatch.floats("residual/centroids"), shape: mismatch.shape("residual/centroids"))
        guard forAllClasses else {
            all = nil
            return
        }
        let roles = try mismatch.bytes("split/role")
        guard try roles.count == features.count("images/name") else {
            throw ArtifactError("\(mismatch.path) does not divide the images of \(features.path): run cap-detect again")
        }
        let unlabeled = roles.indices.filter { roles[$0] == ImageRole.unlabeled.rawValue }
        let images = try Tensor(features.floats("images/features"), shape: features.shape("images/features"))
        var generator = SeededGenerator(seed: seed)
        all = try KMeans().cluster(
            images.rows(unlabeled), into: mismatch.count("split/candidate"), using: &generator
        ).centroids
    }

    func isMismatched(_ label: Int) -> Bool { mismatched.contains(label) }

    /// `[clusters, dim]`.
    func centroids(for label: Int) -> Tensor {
        isMismatched(label) ? residual : all ?? residual
    }
}
