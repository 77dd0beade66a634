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

    /// "adaptation did harm: accuracy fell from 63.20 to 61.00 %, and CLIP as it was predicts these images better"
    public var description: String {
        "adaptation did harm: \(measure) fell from \(Report.percent(before)) to \(Report.percent(after)) %, and CLIP as it was predicts "
            + "these images better"
    }
}
