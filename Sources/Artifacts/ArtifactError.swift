/// What is wrong with an artifact, as a sentence that names the file.
public struct ArtifactError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
