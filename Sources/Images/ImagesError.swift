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

    /// What a library said of a file, on one line whatever it wrote.
    ///
    /// - Parameter format: what the file is no sound example of.
    init(noSound format: String, _ message: UnsafePointer<CChar>) {
        let words = String(cString: message).split {
            $0.isWhitespace || $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 }
        }
        self.init("not a sound \(format): \(words.joined(separator: " "))")
    }

    public var description: String { path.map { "\($0): \(reason)" } ?? reason }
}
