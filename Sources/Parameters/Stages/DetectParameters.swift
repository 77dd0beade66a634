import Vocabulary

/// What cap-detect takes.
public struct DetectParameters: StageParameters {
    public static let stage = Stage.detect

    public let paradigm = Key<Paradigm>(
        "paradigm", default: .ul,
        "What is known: ul (no labels), ssl (some of every class), trzsl (all of the seen classes).")
    public let splitSeed = Key<Int>(
        "split-seed", .from(0, to: 4_294_967_295), unit: "number", default: 500,
        "Seed that draws the seen classes in trzsl; 500, 0 and 200 in the literature.")
    public let labelsPerClass = Key<Int>(
        "labels-per-class", .positive, unit: "count", default: 2, "Labeled images per class in ssl.")
    public let share = Key<Double>(
        "share", .part, unit: "share", default: 1,
        "Share of the unlabeled images to use, drawn with the split seed; the others are left out.")
    public let paperRemoval = Key<Bool>(
        "paper-removal", default: false,
        "Remove only images of the matched cluster in each step, as the paper has it and its code has not.")
    public let continueClusters = Key<Bool>(
        "continue-clusters", default: false,
        "Start each step's K-means from the step before: an approximation that is much faster with many classes.")
    public let seed = Shared.detectionSeed
    public let repeats = Key<Int>(
        "repeats", .from(1, to: 10_000), unit: "count", default: 1,
        "Detect with so many seeds, from the seed up, and say how often each class was found; the first is what counts.")
    public let threads = Shared.threads

    public init() {}
}
