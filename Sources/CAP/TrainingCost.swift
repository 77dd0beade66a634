/// Where the time of training went, by what it was spent on.
public struct PhaseTimes: Sendable {
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
        case optimizer
    }

    private var durations: [Phase: Duration] = [:]

    public init() {}

    /// Seconds spent on `phase`.
    public func seconds(_ phase: Phase) -> Double { (durations[phase] ?? .zero) / .seconds(1) }

    /// Seconds of all phases together.
    public var total: Double { Phase.allCases.map(seconds).reduce(0, +) }

    mutating func measure<Result>(_ phase: Phase, _ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        let result = try body()
        durations[phase, default: .zero] += ContinuousClock.now - start
        return result
    }
}
