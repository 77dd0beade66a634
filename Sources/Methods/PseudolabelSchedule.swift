/// How many pseudolabels per class each round of a method takes: k_t.
public struct PseudolabelSchedule: Sendable, Equatable {
    /// T.
    public let rounds: Int
    /// nil for a k that grows.
    public let fixed: Int?

    /// The same k in every round (FPL, IFPL).
    public static func fixed(_ k: Int, rounds: Int) -> PseudolabelSchedule {
        PseudolabelSchedule(rounds: rounds, fixed: k)
    }

    /// A T-th more of all images in every round (GRIP, CPL).
    public static func growing(rounds: Int) -> PseudolabelSchedule {
        PseudolabelSchedule(rounds: rounds, fixed: nil)
    }

    private init(rounds: Int, fixed: Int?) {
        self.rounds = rounds
        self.fixed = fixed
    }

    /// k of `round` (counted from 1): ⌊t · ⌊N/T⌋ / C⌋, at most ⌊N/C⌋; at least 1, where the formula gives none.
    ///
    /// - Parameters:
    ///   - images: N, the unlabeled images.
    ///   - classes: C, the classes that get pseudolabels.
    public func count(round: Int, images: Int, classes: Int) -> Int {
        guard classes > 0, rounds > 0 else { return 1 }
        let k = fixed ?? min(round * (images / rounds) / classes, images / classes)
        return max(1, k)
    }
}
