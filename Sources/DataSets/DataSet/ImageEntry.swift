import FoundationEssentials
import Vocabulary

/// One image of a data set: where it is, what is known about it, and which part of the data set it belongs
/// to.
public struct ImageEntry: Hashable, Sendable {
    /// The path as it is shown and stored: relative to the data set's folder, with `/` between its parts.
    public let path: String

    /// The file's path on this machine.
    public let file: String

    /// Where in that file the image lies, where the file holds several; nil for all of it.
    public let range: Range<Int>?

    /// Position of the image's class in ``DataSet/classes``; nil where it is not known.
    public let label: Int?

    public let split: ImageSplit

    /// The file's location.
    public var url: URL { URL(fileURLWithPath: file, isDirectory: false) }

    public init(path: String, file: String, range: Range<Int>? = nil, label: Int?, split: ImageSplit) {
        self.path = path
        self.file = file
        self.range = range
        self.label = label
        self.split = split
    }

    /// The same image in the test part.
    var asTest: ImageEntry { ImageEntry(path: path, file: file, range: range, label: label, split: .test) }

    /// The same image with a label.
    func labeled(_ label: Int?) -> ImageEntry {
        ImageEntry(path: path, file: file, range: range, label: label, split: split)
    }
}
