import Vocabulary

/// Which training images may be used with their label, and which classes pseudolabels are made for.
///
///     let split = try ParadigmSplit(.trzsl, labels: set.trainingLabels, classCount: 47, splitSeed: 500)
///     split.unseen[0]                          // 1: blotchy, in the order the references draw them
///
/// The same images and classes, in the same order, as the published implementations of FPL, GRIP, CPL and CAP
/// choose (`numpy.random` with the split seed for seen classes, with seed 0 for labeled images).
public struct ParadigmSplit: Hashable, Sendable {
    public let paradigm: Paradigm

    /// The seed that draws the seen classes; 500 in the published runs, 500, 0 and 200 where they average
    /// over splits.
    public let splitSeed: Int

    /// `[training image]`, unlabeled or labeled, or unused where less than all data was asked for.
    public let roles: [ImageRole]

    /// The classes whose images are labeled, in the order drawn; empty unless the paradigm is TRZSL.
    public let seen: [Int]

    /// The classes without labels, in the references' order; empty unless the paradigm is TRZSL.
    public let unseen: [Int]

    /// The classes pseudolabels are made for: the unseen ones in TRZSL, all in UL and SSL.
    public let candidates: [Int]

    /// Positions of the labeled training images in the references' order: class by class as drawn in SSL, as
    /// they stand in TRZSL.
    public let labeled: [Int]

    /// Positions of the unlabeled training images, ascending.
    public var unlabeled: [Int] { roles.indices.filter { roles[$0] == .unlabeled } }

    /// Labeled images per class in SSL, as published.
    public static let labelsPerClass = 2

    /// The share of the classes that is seen in TRZSL, rounded down.
    public static let seenShare = 0.62

    /// - Parameters:
    ///   - labels: `[training image]`, positions of classes; nil where a label is not known. UL needs none;
    ///     SSL needs two in every class; TRZSL needs all.
    ///   - classCount: The number of classes, whether they have images or not.
    ///   - labelsPerClass: How many images of each class are labeled in SSL.
    ///   - unlabeledShare: The share of the unlabeled images that is used, rounded down. They are drawn with the split
    ///     seed, without a look at labels, and a smaller share is part of every larger one.
    ///   - classNames: What the classes are called in errors; their positions where nil.
    /// - Throws: ``DataSetError`` when the labels do not allow the paradigm.
    public init(
        _ paradigm: Paradigm, labels: [Int?], classCount: Int, splitSeed: Int = 500,
        labelsPerClass: Int = ParadigmSplit.labelsPerClass, unlabeledShare: Double = 1, classNames: [String]? = nil
    ) throws {
        guard let seed = UInt32(exactly: splitSeed) else {
            throw DataSetError(
                "A split seed of \(splitSeed) is not possible: it must be from 0 to 4294967295.")
        }
        guard labelsPerClass > 0 else {
            throw DataSetError("\(labelsPerClass) labels per class are not possible: one is the least.")
        }
        guard !labels.isEmpty else {
            throw DataSetError("There are no training images to divide into labeled and unlabeled ones.")
        }
        for (position, label) in labels.enumerated() {
            if let label, !(0..<classCount).contains(label) {
                throw DataSetError(
                    "Training image \(position) has the label \(label), but there are \(classCount) classes "
                        + "(0 to \(classCount - 1)).")
            }
        }
        if paradigm != .ul, labels.allSatisfy({ $0 == nil }) {
            throw DataSetError(
                "None of the training images has a label, so only the paradigm ul is possible, not "
                    + "\(paradigm.rawValue)."
            )
        }
        self.paradigm = paradigm
        self.splitSeed = splitSeed
        switch paradigm {
        case .ul:
            (seen, unseen, labeled) = ([], [], [])
        case .ssl:
            (seen, unseen) = ([], [])
            labeled = try ParadigmSplit.labeledImages(
                labels, classCount: classCount, perClass: labelsPerClass, names: classNames)
        case .trzsl:
            (seen, unseen) = try ParadigmSplit.classes(classCount, seed: seed)
            labeled = try ParadigmSplit.images(labels, of: seen)
        }
        candidates = paradigm == .trzsl ? unseen : Array(0..<classCount)
        var roles = [ImageRole](repeating: .unlabeled, count: labels.count)
        for position in labeled { roles[position] = .labeled }
        if unlabeledShare < 1 {
            let unlabeled = roles.indices.filter { roles[$0] == .unlabeled }
            var random = NumpyLegacyRandom(seed: seed)
            let used = Int(max(0, unlabeledShare) * Double(unlabeled.count))
            for place in random.permutation(unlabeled.count).dropFirst(used) { roles[unlabeled[place]] = .unused }
        }
        self.roles = roles
        guard labeled.count < labels.count else {
            throw DataSetError(
                "All \(labels.count) training images would be labeled in the paradigm \(paradigm.rawValue), "
                    + "and none is left to adapt to.")
        }
    }

    /// A few images of each class. The generator is seeded anew for every class, as in the references, so
    /// that classes of one size get the same relative positions.
    private static func labeledImages(
        _ labels: [Int?], classCount: Int, perClass labelsPerClass: Int, names: [String]?
    ) throws -> [Int] {
        var positions = [[Int]](repeating: [], count: classCount)
        for case (let position, let label?) in zip(labels.indices, labels) {
            positions[label].append(position)
        }
        func called(_ label: Int) -> String {
            guard let names, names.indices.contains(label) else { return "\(label)" }
            return "\"\(names[label])\""
        }
        if let short = positions.firstIndex(where: { $0.count < labelsPerClass }) {
            let all = positions.filter { $0.count < labelsPerClass }.count
            throw DataSetError(
                "The paradigm ssl takes the labels of \(labelsPerClass) training images of every class, but "
                    + "class \(called(short)) has \(Wording.count(positions[short].count, "labeled training image"))"
                    + (all > 1
                        ? " (and \(Wording.count(all - 1, "further class has", "further classes have")) too "
                            + "few)."
                        : "."))
        }
        return positions.flatMap { images in
            var random = NumpyLegacyRandom(seed: 0)
            return random.choice(from: images.count, size: labelsPerClass).map { images[$0] }
        }
    }

    private static func classes(_ count: Int, seed: UInt32) throws -> (seen: [Int], unseen: [Int]) {
        guard count >= 3 else {
            throw DataSetError(
                "The paradigm trzsl needs at least 3 classes: pseudolabels choose among the unseen ones, and "
                    + "of \(count) classes not two would be unseen beside a seen one. Use ul or ssl.")
        }
        var random = NumpyLegacyRandom(seed: seed)
        let (seen, unseen) = random.partition(count, choosing: Int(seenShare * Double(count)))
        return (seen, unseen)
    }

    private static func images(_ labels: [Int?], of seen: [Int]) throws -> [Int] {
        if let unknown = labels.firstIndex(of: nil) {
            let count = labels.filter { $0 == nil }.count
            throw DataSetError(
                "The paradigm trzsl needs to know of every training image whether its class is seen, but "
                    + "\(Wording.count(count, "of them has no label", "of them have no label")) (the first "
                    + "is image \(unknown)). Use ul, or ssl if every class has two labels.")
        }
        let isSeen = Set(seen)
        let labeled = labels.indices.filter { labels[$0].map(isSeen.contains) ?? false }
        guard !labeled.isEmpty else {
            throw DataSetError(
                "No training image belongs to a seen class, so the paradigm trzsl has no labels.")
        }
        return labeled
    }
}
