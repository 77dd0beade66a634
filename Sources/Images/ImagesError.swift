/// Why an image could not be read, changed or written, as a sentence.
public struct ImagesError: Error, CustomStringConvertible, Equatable {
    /// What was wrong, without the file's name: "the file is empty".
    public let reason: String

    /// The file it was wrong with, where there is one.
    public let path: String?

    public init(_ reason: String, path: String? = nil) {
        self.reason = reason
        self.path = path
    }

    public var description: String { path.map { "\($0): \(reason)" } ?? reason }
}
