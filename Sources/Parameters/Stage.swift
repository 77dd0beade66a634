/// The stages of the pipeline, in the order in which they run.
public enum Stage: String, Sendable, CaseIterable {
    case decode, embed, detect, describe, label, finetune, eval

    /// The program that runs it.
    public var command: String { "cap-\(rawValue)" }

    /// The stage that a program runs; nil for other programs.
    public init?(command: String) {
        guard let stage = Self.allCases.first(where: { $0.command == command }) else { return nil }
        self = stage
    }
}
