import Vocabulary

/// An unlabeled image and the class it is trained as.
public struct Pseudolabel: Sendable, Hashable {
    /// Index of the image.
    public var image: Int
    /// Index of the class.
    public var label: Int
    /// Probability of the class, cosine to the description (`description`), or share among candidates (CPL).
    public var confidence: Float
    public var origin: PseudolabelOrigin

    public init(image: Int, label: Int, confidence: Float, origin: PseudolabelOrigin) {
        self.image = image
        self.label = label
        self.confidence = confidence
        self.origin = origin
    }

    /// Orders the pseudolabels of a class: most confident first, the later name first where confidences are equal.
    ///
    /// - Parameter nameRanks: rank of every image's name, from ``NameOrder/ranks(of:)``.
    package static func precedes(_ a: Pseudolabel, _ b: Pseudolabel, nameRanks: [Int]) -> Bool {
        if a.confidence != b.confidence { return a.confidence > b.confidence }
        func rank(_ image: Int) -> Int { nameRanks.indices.contains(image) ? nameRanks[image] : image }
        return rank(a.image) > rank(b.image)
    }
}
