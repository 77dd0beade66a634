import Tensors

/// What training took: where the time went, and the operations done in it.
public struct TrainingCost: Sendable {
    public enum Phase: String, Sendable, CaseIterable {
        /// Class prototypes and the margin that follows from them, once an epoch.
        case margin
        /// Class prompts through the text encoder.
        case text
        /// Reading pixels, resizing and cropping them.
        case views
        /// What the model says of the unlabeled images, without gradients.
        case predictions
        /// The images that are learned from through the vision encoder.
        case images
        /// Adapters, logits, losses, and their gradients; in methods of rounds those of the encoders too.
        case losses
        case imageGradients = "image gradients"
        case textGradients = "text gradients"
        /// Waiting for other processes, and exchanging with them.
        case processes = "other processes"
        case optimizer
        /// All of an iteration on a device that is not waited for in between.
        case device
    }

    private struct Sum {
        var durations: [Phase: Duration] = [:]
        var operations = 0.0
        var iterations = 0

        func seconds(_ phase: Phase) -> Double { (durations[phase] ?? .zero) / .seconds(1) }
    }

    private var sum = Sum()
    /// The first iteration, in which memory is touched and kernels are generated for the first time.
    private var first = Sum()

    public init() {}

    /// Seconds that an iteration spends on `phase`: the mean of all but the first, if there are others.
    public func seconds(_ phase: Phase) -> Double {
        sum.iterations > 1
            ? (sum.seconds(phase) - first.seconds(phase)) / Double(sum.iterations - 1)
            : sum.seconds(phase)
    }

    /// Seconds of an iteration, without the first as well.
    public var secondsOfIteration: Double { Phase.allCases.map(seconds).reduce(0, +) }

    /// Floating-point operations of the encoders per second of all iterations so far, counted for the model as it is
    /// written down: what is saved without changing the result counts as done. 0 before the first.
    public var operationsPerSecond: Double {
        let seconds = Phase.allCases.map(sum.seconds).reduce(0, +)
        return seconds > 0 ? sum.operations / seconds : 0
    }

    mutating func measure<Result>(_ phase: Phase, _ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        let result = try body()
        add(ContinuousClock.now - start, to: phase)
        return result
    }

    /// The same of work on a device, with all that it was given when `body` ends.
    mutating func measure<Result>(_ phase: Phase, on device: Device, _ body: () throws -> Result) throws -> Result {
        try measure(phase) {
            let result = try body()
            try device.synchronize()
            return result
        }
    }

    mutating func add(_ duration: Duration, to phase: Phase) { sum.durations[phase, default: .zero] += duration }

    mutating func add(operations: Double) { sum.operations += operations }

    mutating func endIteration() {
        sum.iterations += 1
        if sum.iterations == 1 { first = sum }
    }
}
