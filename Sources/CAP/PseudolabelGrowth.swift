import Methods

/// How the pseudolabels grow while the model is trained (CAP, Appendix B.4).
public struct PseudolabelGrowth: Sendable {
    /// k, the pseudolabels per class that training starts with.
    public let initialCount: Int
    /// u, the unlabeled images per class that keeps pseudolabels, rounded down.
    public let unlabeledPerClass: Int
    /// ρ, the share of u that a class's list may reach.
    public let ratio: Double
    /// Number of epochs of the whole run.
    public let epochs: Int
    /// The lists are renewed after every epoch that is a multiple of this, epoch 0 included.
    public let interval: Int

    public init(initialCount: Int, unlabeledPerClass: Int, ratio: Double = 0.8, epochs: Int, interval: Int = 5) {
        self.initialCount = initialCount
        self.unlabeledPerClass = unlabeledPerClass
        self.ratio = ratio
        self.epochs = epochs
        self.interval = interval
    }

    /// Whether the lists are renewed after `epoch` (counted from 0).
    public func renews(afterEpoch epoch: Int) -> Bool {
        interval > 0 && epoch % interval == 0
    }

    /// `k_e = k + (min(1000, ⌊u·ρ⌋) − k) · min(1, e / (0.7·epochs))`, the second term rounded toward zero.
    ///
    /// Where ⌊u·ρ⌋ is below k the lists shrink, as they do in the reference; at least one image stays, so training
    /// never runs out of pseudolabels.
    public func capacity(afterEpoch epoch: Int) -> Int {
        let ceiling = min(1000, (Double(unlabeledPerClass) * ratio).rounded(.down))
        let progress = epochs > 0 ? min(1, Double(epoch) / (Double(epochs) * 0.7)) : 1
        let growth = ((ceiling - Double(initialCount)) * progress).rounded(.towardZero)
        return max(1, initialCount + (Int(exactly: growth) ?? 0))
    }

    /// The lists after a renewal: per class the newly confident images, most confident first, then the class's old
    /// list, cut to `capacity`.
    ///
    /// An image that stands in any current list is no news and can only stay where it is. An image that was
    /// predicted as several classes in the epoch (it was drawn more than once) goes to the first of them in the
    /// order of `classes`.
    ///
    /// - Parameters:
    ///   - current: the lists by class, `[classes]`.
    ///   - predictions: the predictions of the epoch that passed the confidence threshold, in any order.
    ///   - classes: the classes whose lists grow (zero-shot transfer: the unseen ones).
    ///   - nameRanks: rank of every image's name, from ``NameOrder/ranks(of:)``; equal confidences put the later
    ///     name first.
    public static func renewed(
        _ current: [[Pseudolabel]], with predictions: [Pseudolabel], classes: [Int], capacity: Int, nameRanks: [Int]
    ) -> [[Pseudolabel]] {
        let listed = Set(current.joined().map(\.image))
        var candidates = [[Pseudolabel]](repeating: [], count: current.count)
        for prediction in predictions
        where !listed.contains(prediction.image) && candidates.indices.contains(prediction.label) {
            candidates[prediction.label].append(prediction)
        }

        var renewed = current
        var taken: Set<Int> = []
        for label in classes where current.indices.contains(label) {
            let news = candidates[label]
                .sorted { Pseudolabel.precedes($0, $1, nameRanks: nameRanks) }
                .filter { taken.insert($0.image).inserted }
            renewed[label] = Array((news + current[label]).prefix(max(0, capacity)))
        }
        return renewed
    }
}
