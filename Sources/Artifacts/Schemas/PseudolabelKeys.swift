import Vocabulary

/// A list of pseudolabels.
public struct PseudolabelKeys: KeyGroup {
    public let image = DatasetKey<Int32>(
        "pseudolabeled/image", ["pseudolabeled"], unit: "image index", "pseudolabeled images")
    public let label = DatasetKey<Int32>(
        "pseudolabeled/label", ["pseudolabeled"], unit: "class index", "their pseudolabels")
    public let confidence = DatasetKey<Float>(
        "pseudolabeled/confidence", ["pseudolabeled"], unit: "1",
        "what they were ranked by: probability, or cosine to the description; with candidates the label's share")
    public let origin: DatasetKey<PseudolabelOrigin>

    /// - Parameter origins: what the codes that occur mean.
    init(origins: String) {
        origin = DatasetKey("pseudolabeled/origin", ["pseudolabeled"], unit: "code", origins)
    }
}

/// A kind of artifact with pseudolabels.
public protocol PseudolabelKind: ArtifactKind {
    var pseudolabeled: PseudolabelKeys { get }
}
