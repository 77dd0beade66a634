/// Accuracy in zero-shot transfer: on images of the classes that had labels, on those of the others, and between.
public struct TransferAccuracy: Sendable, Hashable {
    /// Share of the images of seen classes predicted right, over images; any class may be predicted.
    public let seen: Double
    /// Share of the images of unseen classes predicted right, over images; any class may be predicted.
    public let unseen: Double

    public init(seen: Double, unseen: Double) {
        self.seen = seen
        self.unseen = unseen
    }

    /// The accuracies of a confusion matrix; nil when either group has no images.
    public init?(_ confusion: ConfusionMatrix, seen: [Int], unseen: [Int]) {
        guard let seen = confusion.accuracy(of: seen), let unseen = confusion.accuracy(of: unseen) else { return nil }
        self.init(seen: seen, unseen: unseen)
    }

    /// 2·seen·unseen / (seen + unseen); 0 when either is 0.
    public var harmonicMean: Double {
        seen > 0 && unseen > 0 ? 2 * seen * unseen / (seen + unseen) : 0
    }
}
