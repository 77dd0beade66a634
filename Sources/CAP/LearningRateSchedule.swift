import Glibc

/// Linear from zero over the warm-up, then half a cosine down to zero; set before every iteration.
public struct LearningRateSchedule: Sendable {
    public let peak: Double
    /// Iterations of the warm-up.
    public let warmup: Int
    /// All iterations, the warm-up's included.
    public let total: Int

    public init(peak: Double, warmup: Int, total: Int) {
        self.peak = peak
        self.warmup = warmup
        self.total = total
    }

    /// The learning rate of `iteration`, counted from 0 over the whole run.
    public func rate(at iteration: Int) -> Double {
        if iteration < warmup {
            return peak * Double(iteration) / Double(warmup)
        }
        let progress = Double(iteration - warmup) / Double(max(1, total - warmup))
        return peak * max(0, 0.5 * (1 + cos(.pi * progress)))
    }
}
