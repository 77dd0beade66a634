import Artifacts
import Methods
import Vocabulary

extension ArtifactReader where Kind: PseudolabelKind {
    /// The pseudolabels by class, `[classes]`, in the order they were written in.
    public func pseudolabels(classCount: Int, imageCount: Int) throws -> [[Pseudolabel]] {
        let images = try indices(\.pseudolabeled.image, in: 0..<imageCount)
        let labels = try indices(\.pseudolabeled.label, in: 0..<classCount)
        let confidences = try values(\.pseudolabeled.confidence)
        let origins = try values(\.pseudolabeled.origin)
        var lists = [[Pseudolabel]](repeating: [], count: classCount)
        for row in images.indices {
            lists[labels[row]].append(
                Pseudolabel(image: images[row], label: labels[row], confidence: confidences[row], origin: origins[row]))
        }
        return lists
    }
}
