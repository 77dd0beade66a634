/// Why a data set cannot be used: what was wrong, in which file and at which record, and what to do about it.
public struct DataSetError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// - Parameter description: a sentence; line breaks, which it may have from a file or a library, become spaces.
    public init(_ description: String) {
        self.description = description.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
