import FoundationEssentials

/// What is in a folder of images: which images, with which labels, in which part, and which classes, in which
/// order.
///
///     let set = try DataSet.load(from: URL(fileURLWithPath: "data/DTD"))
///     set.classes[0].name                      // "banded"
///     set.images[0].path                       // "train/banded/banded_0002.jpg"
///
/// No image is opened: whether a file decodes is found out later. The order of classes and images follows the
/// lists that come with the data set, or the bytes of the names where there is no list, so it is the same on
/// every machine.
public struct DataSet: Hashable, Sendable {
    /// The benchmark's name ("dtd") or that of the folder.
    public var name: String

    /// How the folder is laid out.
    public var layout: Layout

    /// The folder that the images' paths are relative to.
    public var folder: URL

    /// The classes; an image's label is a position in this list.
    public var classes: [ClassName]

    /// The training images, then the test images.
    public var images: [ImageEntry]

    /// What the person at the keyboard should know, a sentence each; empty when all is as it should be.
    public var warnings: [String]

    /// Files of the folder that are not used, by reason; empty where lists say which are.
    public var leftOut: [LeftOut] = []

    /// The images to adapt to, labeled or not.
    public var training: ArraySlice<ImageEntry> { images.prefix { $0.split == .train } }

    /// The images to evaluate on.
    public var test: ArraySlice<ImageEntry> { images[training.endIndex...] }

    /// The training images' labels in their order: what ``ParadigmSplit`` starts from.
    public var trainingLabels: [Int?] { training.map(\.label) }
}
