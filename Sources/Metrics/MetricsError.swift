/// Why predictions could not be measured, in a sentence for the person who asked for it.
public struct MetricsError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
