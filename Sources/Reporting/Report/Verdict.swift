import Essentials
import Metrics

/// What adaptation changed, in a sentence: "+16.3 points; 10 classes better, 4 worse, worst marble −7.5; confetti stays at 30 %,
/// taken for polka dots 27 of 40".
struct Verdict {
    let sentence: String
    /// A sentence where it got worse.
    let warning: String?

    /// A class that gets no further than this is named.
    private static let poor = 0.6
    /// A class whose accuracy moved by less than this stayed where it was.
    private static let still = 0.05

    /// - Parameter measure: what the paradigm is judged by, such as "accuracy".
    init(_ evaluation: RunRecord.Evaluation, names: [String], measure: String) {
        let (before, after) = (evaluation.zeroShot, evaluation.adapted)
        let change = after.headline - before.headline
        var parts = [Self.points(change) + " points"]
        let gains = names.indices.compactMap { label in
            Self.both(before.perClass[label], after.perClass[label]).map { (label: label, gain: $1 - $0) }
        }
        let (better, worse) = (gains.count { $0.gain > 0 }, gains.count { $0.gain < 0 })
        var balance = better + worse == 0 ? "no class better or worse" : "\(Self.classes(better)) better, \(worse) worse"
        let worst = gains.filter { $0.gain < 0 }.min { $0.gain < $1.gain }
        if let worst { balance += ", worst \(names[worst.label]) \(Self.points(worst.gain))" }
        parts.append(balance)
        if let poor = Self.poorest(evaluation, names: names, named: worst?.label) { parts.append(poor) }
        sentence = parts.joined(separator: "; ")
        warning = AdaptationHarm(zeroShot: before, adapted: after).map { harm in
            let words = harm.description
            return words.prefix(1).uppercased() + words.dropFirst() + "."
        }
    }

    /// The class with the lowest accuracy, where that is low, and what its images are taken for most.
    ///
    /// - Parameter worst: the class that was named just before.
    private static func poorest(
        _ evaluation: RunRecord.Evaluation, names: [String], named worst: Int?
    ) -> String? {
        let after = evaluation.adapted
        let known = names.indices.compactMap { label in after.perClass[label].map { (label: label, accuracy: $0) } }
        guard let lowest = known.min(by: { $0.accuracy < $1.accuracy }), lowest.accuracy < poor else { return nil }
        let label = lowest.label
        let percent = "\(Int((lowest.accuracy * 100).rounded())) %"
        let change = evaluation.zeroShot.perClass[label].map { lowest.accuracy - $0 } ?? 0
        let text =
            (label == worst ? "it " : names[label] + " ") + (abs(change) < still ? "stays at \(percent)" : "is at \(percent)")
        let matrix = after.matrix
        let others = names.indices.filter { $0 != label }
        guard let other = others.max(by: { matrix[label, $0] < matrix[label, $1] }), matrix[label, other] > 0 else { return text }
        return text + ", taken for \(names[other]) \(matrix[label, other]) of \(evaluation.supports[label])"
    }

    /// A change in percentage points: `+16.3`, `−7.5`, `±0.0`.
    static func points(_ change: Double) -> String {
        // 12.75, computed as 12.7499…, is 12.8 to a reader.
        let tenths = ((abs(change) * 1e9).rounded() / 1e6).rounded()
        let size = String(printf: "%.1f", tenths / 10)
        return (size == "0.0" ? "±" : change > 0 ? "+" : "−") + size
    }

    /// A number with so many digits behind the point.
    static func fixed(_ value: Double, _ digits: Int = 2) -> String { String(printf: "%.\(digits)f", value) }

    private static func classes(_ count: Int) -> String { "\(count) \(count == 1 ? "class" : "classes")" }

    private static func both(_ a: Double?, _ b: Double?) -> (Double, Double)? {
        if let a, let b { (a, b) } else { nil }
    }
}
