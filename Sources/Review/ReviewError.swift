/// What is wrong with a review, in a sentence that names the file and the mend.
public struct ReviewError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
