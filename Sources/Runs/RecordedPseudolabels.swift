import Artifacts
import Methods
import Vocabulary

extension ArtifactReader {
    /// The pseudolabels by class, `[classes]`, in the order they were written in.
    public func pseudolabels(classCount: Int, imageCount: Int) throws -> [[Pseudolabel]] {
        let images = try indices("pseudolabeled/image", in: 0..<imageCount)
        let labels = try indices("pseudolabeled/label", in: 0..<classCount)
        let confidences = try floats("pseudolabeled/confidence")
        let origins = try bytes("pseudolabeled/origin")
        var lists = [[Pseudolabel]](repeating: [], count: classCount)
        for row in images.indices {
            guard let origin = PseudolabelOrigin(rawValue: origins[row]) else {
                throw ArtifactError("\(path): pseudolabeled/origin: \(origins[row]) at row \(row) is no origin")
            }
            lists[labels[row]].append(
                Pseudolabel(image: images[row], label: labels[row], confidence: confidences[row], origin: origin))
        }
        return lists
    }
}
