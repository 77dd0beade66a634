/// Why a report could not be made, in a sentence for the person who asked for it.
public struct ReportError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
