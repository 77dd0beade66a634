import Methods

/// An image with its true class.
public struct LabeledImage: Sendable, Hashable {
    public let image: Int
    public let label: Int

    public init(image: Int, label: Int) {
        self.image = image
        self.label = label
    }
}

/// What is known of the images before training begins. Images and classes are indices.
public struct TrainingData: Sendable {
    public let classCount: Int
    /// The images without labels.
    public let unlabeled: [Int]
    /// The images with labels: none in unsupervised learning.
    public let labeled: [LabeledImage]
    /// The initial pseudolabels by class, `[classes]`, most confident first.
    public let pseudolabels: [[Pseudolabel]]
    /// The classes whose labels are known for every image (TRZSL); empty elsewhere.
    public let seen: [Int]
    /// The classes without labels, in the order drawn (TRZSL); empty elsewhere.
    public let unseen: [Int]
    /// Rank of every image's name: the order between equal confidences.
    public let nameRanks: [Int]
    /// The true class of every image, −1 where unknown. Only measured against, never learned from.
    public let trueLabels: [Int]

    public init(
        classCount: Int, unlabeled: [Int], labeled: [LabeledImage], pseudolabels: [[Pseudolabel]], seen: [Int],
        unseen: [Int], nameRanks: [Int], trueLabels: [Int]
    ) {
        self.classCount = classCount
        self.unlabeled = unlabeled
        self.labeled = labeled
        self.pseudolabels = pseudolabels
        self.seen = seen
        self.unseen = unseen
        self.nameRanks = nameRanks
        self.trueLabels = trueLabels
    }

    /// The classes that pseudolabels grow for, in the references' order: the unseen ones as drawn, or all.
    public var growingClasses: [Int] { unseen.isEmpty ? Array(0..<classCount) : unseen }

    /// The share of pseudolabels that are true, of those whose image has a known class; nil where none has.
    func accuracy(of pseudolabels: some Sequence<Pseudolabel>) -> Double? {
        var known = 0
        var right = 0
        for pseudolabel in pseudolabels where trueLabels[pseudolabel.image] >= 0 {
            known += 1
            right += trueLabels[pseudolabel.image] == pseudolabel.label ? 1 : 0
        }
        return known > 0 ? Double(right) / Double(known) : nil
    }
}
