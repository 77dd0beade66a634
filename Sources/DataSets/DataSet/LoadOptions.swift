import FoundationEssentials
import Parameters

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

    /// Reads images that a manifest names outside of its folder.
    public var allowsOutside: Bool

    /// The file beside images that has values of parameters for them.
    public static let valuesName = "cap.yaml"

    /// Names of files that say something about images beside them.
    var listNames: Set<String> {
        Set(ClassList.usualNames + [Self.valuesName] + [classes, phrases].compactMap { $0?.lastPathComponent })
    }

    public init(
        kinds: ImageKinds, layout: Layout? = nil, benchmark: Benchmark? = nil, classes: URL? = nil, phrases: URL? = nil,
        testFraction: Double? = nil,
        testSeed: UInt32 = 0, trainsOnTestImages: Bool = false, skipsMissingImages: Bool = false, allowsOutside: Bool = false
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
        self.allowsOutside = allowsOutside
    }
}

extension LoadOptions {
    /// What the parameters of cap-decode say.
    ///
    /// - Parameter kinds: see ``kinds``.
    /// - Throws: `ParameterError` where they name a layout or a benchmark that there is none of.
    public init(_ settings: Settings<DecodeParameters>, kinds: ImageKinds) throws {
        let names = DecodeParameters()
        func named<Value>(_ text: String, _ parameter: Parameter, _ value: Value?, of all: [String]) throws -> Value {
            guard let value else {
                throw ParameterError(
                    parameter,
                    problem: "is one of \(all.joined(separator: ", ")), not \"\(text)\""
                        + Suggestion.clause(for: text, in: all))
            }
            return value
        }
        try self.init(
            kinds: kinds,
            layout: settings.layout == "auto"
                ? nil
                : named(
                    settings.layout, names.layout.parameter, Layout(settings.layout),
                    of: ["auto"] + Layout.all.map(\.description)),
            benchmark: settings.benchmark.map {
                try named($0, names.benchmark.parameter, Benchmark(rawValue: $0), of: Benchmark.allCases.map(\.rawValue))
            },
            classes: settings.classes.map { URL(fileURLWithPath: $0.path) },
            phrases: settings.phrases.map { URL(fileURLWithPath: $0.path) }, testFraction: settings.testFraction,
            testSeed: UInt32(clamping: settings.testSeed), trainsOnTestImages: settings.trainOnTest,
            skipsMissingImages: settings.skipMissing, allowsOutside: settings.allowOutside)
    }
}
