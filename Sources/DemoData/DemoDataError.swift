/// Why the demo data or its checkpoint could not be made, as a sentence.
public struct DemoDataError: Error, CustomStringConvertible, Equatable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
