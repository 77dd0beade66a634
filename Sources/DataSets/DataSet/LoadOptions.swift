import Foundation

/// What a data set's folder cannot say itself. The defaults suit all layouts.
public struct LoadOptions: Hashable, Sendable {
    /// What counts as an image.
    public var kinds: ImageKinds

    /// The layout to read; nil to find out.
    public var layout: Layout?

    /// Which benchmark it is; nil to find out. Its folder may then also lie below the one given, under any of
    /// ``Benchmark/folderNames``.
    public var benchmark: Benchmark?

    /// A text file with a class name per line, optionally followed by a tab and the class's phrase. It sets
    /// the classes and their order. Needed where the images carry no labels.
    public var classes: URL?

    /// A file with a phrase for some or all classes: `name<TAB>phrase` lines, or CSV with the columns name
    /// and phrase.
    public var phrases: URL?

    /// The share of every class's images that becomes the test part where the data set does not come with
    /// one; nil for the layout's own (one fifth; four fifths for RESISC45).
    public var testFraction: Double?

    /// The seed of that split.
    public var testSeed: UInt32

    /// Keeps EuroSAT's test images among the training images as well, as the published numbers have it. They
    /// appear twice then, once in each part.
    public var trainsOnTestImages: Bool

    /// Goes on, with a warning, when a list names images that are not there.
    public var skipsMissingImages: Bool

    /// Names of files that say something about images beside them.
    var listNames: Set<String> {
        Set(ClassList.usualNames + [classes, phrases].compactMap { $0?.lastPathComponent })
    }

    public init(
        kinds: ImageKinds, layout: Layout? = nil, benchmark: Benchmark? = nil, classes: URL? = nil, phrases: URL? = nil,
        testFraction: Double? = nil,
        testSeed: UInt32 = 0, trainsOnTestImages: Bool = false, skipsMissingImages: Bool = false
    ) {
        self.kinds = kinds
        self.layout = layout
        self.benchmark = benchmark
        self.classes = classes
        self.phrases = phrases
        self.testFraction = testFraction
        self.testSeed = testSeed
        self.trainsOnTestImages = trainsOnTestImages
        self.skipsMissingImages = skipsMissingImages
    }
}
