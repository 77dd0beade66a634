/// Why a step of the method could not be computed, in a sentence for the person who asked for it.
public struct CAPError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
