/// An unlabeled image and the class it is trained as.
public struct Pseudolabel: Sendable, Hashable {
    /// What made an image a pseudolabeled one; the raw values are those of the artifacts.
    public enum Origin: UInt8, Sendable, CaseIterable {
        /// On the zero-shot leaderboard of its class.
        case zeroShot = 0
        /// Among the nearest images to the description that replaced a mismatched class's name.
        case description = 1
        /// Predicted while the model was trained.
        case training = 2
        /// A further candidate class of an image that stands in another class's list (CPL).
        case candidate = 3
    }

    /// Index of the image.
    public var image: Int
    /// Index of the class.
    public var label: Int
    /// Probability of the class, cosine to the description (`description`), or share among candidates (CPL).
    public var confidence: Float
    public var origin: Origin

    public init(image: Int, label: Int, confidence: Float, origin: Origin) {
        self.image = image
        self.label = label
        self.confidence = confidence
        self.origin = origin
    }

    /// Orders the pseudolabels of a class: most confident first, the later name first where confidences are equal.
    ///
    /// - Parameter nameRanks: rank of every image's name, from ``NameOrder/ranks(of:)``.
    static func precedes(_ a: Pseudolabel, _ b: Pseudolabel, nameRanks: [Int]) -> Bool {
        if a.confidence != b.confidence { return a.confidence > b.confidence }
        func rank(_ image: Int) -> Int { nameRanks.indices.contains(image) ? nameRanks[image] : image }
        return rank(a.image) > rank(b.image)
    }
}
