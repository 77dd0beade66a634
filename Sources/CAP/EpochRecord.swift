import Methods

/// What an epoch of training was like.
public struct EpochRecord: Sendable {
    /// Counted from 0.
    public let epoch: Int
    /// Mean losses over the iterations that had such samples; 0 where none had.
    public internal(set) var lossPseudolabeled = 0.0
    public internal(set) var lossUnlabeled = 0.0
    public internal(set) var lossLabeled = 0.0
    /// The learning rate of the last iteration.
    public internal(set) var learningRate = 0.0
    /// Pseudolabels the epoch learned from.
    public internal(set) var pseudolabelCount = 0
    /// The share of them that is true; nil where no true labels are known.
    public internal(set) var pseudolabelAccuracy: Double?
    /// σ: unlabeled samples predicted as each class with confidence, `[classes]`.
    public internal(set) var confidentPerClass: [Int]
    /// m_c: the scale of each class's margin, `[classes]`.
    public let marginScale: [Float]

    private var iterationsWithUnlabeled = 0

    /// An epoch as an artifact kept it.
    public init(
        epoch: Int, lossPseudolabeled: Double, lossUnlabeled: Double, lossLabeled: Double, learningRate: Double,
        pseudolabelCount: Int, pseudolabelAccuracy: Double?, confidentPerClass: [Int], marginScale: [Float]
    ) {
        self.epoch = epoch
        self.lossPseudolabeled = lossPseudolabeled
        self.lossUnlabeled = lossUnlabeled
        self.lossLabeled = lossLabeled
        self.learningRate = learningRate
        self.pseudolabelCount = pseudolabelCount
        self.pseudolabelAccuracy = pseudolabelAccuracy
        self.confidentPerClass = confidentPerClass
        self.marginScale = marginScale
    }

    init(epoch: Int, classCount: Int, marginScale: [Float]) {
        self.epoch = epoch
        self.marginScale = marginScale
        confidentPerClass = [Int](repeating: 0, count: classCount)
    }

    /// Unlabeled samples that were confident in the epoch.
    public var confidentCount: Int { confidentPerClass.reduce(0, +) }

    /// Takes in one of the epoch's `total` iterations.
    ///
    /// - Parameters:
    ///   - losses: nil where there was no such sample.
    ///   - passed: the unlabeled samples that were predicted with confidence.
    mutating func add(
        _ losses: (pseudolabeled: Double?, labeled: Double?, unlabeled: Double?), passed: [Pseudolabel], of total: Int,
        rate: Double
    ) {
        learningRate = rate
        lossPseudolabeled += (losses.pseudolabeled ?? 0) / Double(total)
        lossLabeled += (losses.labeled ?? 0) / Double(total)
        if let unlabeled = losses.unlabeled {
            iterationsWithUnlabeled += 1
            lossUnlabeled += (unlabeled - lossUnlabeled) / Double(iterationsWithUnlabeled)
        }
        for pseudolabel in passed {
            confidentPerClass[pseudolabel.label] += 1
        }
    }
}
