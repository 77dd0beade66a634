/// Why a method is not to be had, or not so, in a sentence for the person who asked for it.
public struct MethodError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
