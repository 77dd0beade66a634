/// Why there is no plan for what was asked, in a sentence for the person who asked.
public struct PipelineError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
