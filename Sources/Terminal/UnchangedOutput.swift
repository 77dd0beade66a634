/// Thrown where there is nothing to do: the output is what would be written.
public struct UnchangedOutput: Error, Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }
}
