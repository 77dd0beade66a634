import Foundation

/// Adaptation that left CLIP worse than it was on the test images, which has to be said wherever the result is.
public struct AdaptationHarm: Sendable, CustomStringConvertible {
    private let before: Double
    private let after: Double
    private let measure: String

    /// nil where adaptation did no harm, by the number that the paradigm is judged by.
    public init?(zeroShot: RunRecord.Performance, adapted: RunRecord.Performance) {
        guard adapted.headline < zeroShot.headline else { return nil }
        before = zeroShot.headline
        after = adapted.headline
        measure = adapted.harmonicMean == nil ? "accuracy" : "harmonic mean of seen and unseen accuracy"
    }

    /// "accuracy is 61.00 % after adaptation, below the 63.20 % of zero-shot CLIP: …"
    public var description: String {
        func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }
        return "\(measure) is \(percent(after)) after adaptation, below the \(percent(before)) of zero-shot CLIP: "
            + "adaptation did harm here, and CLIP as it was predicts these images better"
    }
}
