import Vocabulary

/// What cap-decode takes besides the data set's folder.
public struct DecodeParameters: StageParameters {
    public static let stage = Stage.decode

    public let shorterSide = Key<Int>(
        "shorter-side", .from(1, to: 65_535), unit: "pixels", default: 288,
        "Store images with their shorter side at most this long.")
    public let native = Key<Bool>("native", default: false, "Store images at their own size.")
    public let strict = Key<Bool>(
        "strict", default: false, "End at the first image that does not decode, and write nothing.")
    public let orientation = Key<Orientation?>(
        "orientation", standardText: "upright; as-is for the benchmarks", default: nil,
        "How images lie: upright as their EXIF or XMP says, or as-is as Pillow's Image.open and so CLIP takes them.")
    public let gray16 = Key<Gray16>(
        "gray16", default: .highByte,
        "How samples of 16 bits become 8: by their high byte, or stretched from each image's smallest to its largest.")
    public let damaged = Key<Damaged>(
        "damaged", default: .skip,
        "What becomes of an image that is damaged or ends early: skip it, or keep it as far as it goes.")
    public let maxPixels = Key<Int>(
        "max-pixels", .positive, unit: "count", default: 178_956_970, "Skip images of more pixels.")
    public let layout = Key<String>("layout", unit: "name", default: "auto", "How the data set lies on disk.")
    public let benchmark = Key<String?>(
        "benchmark", unit: "name", default: nil,
        "Which benchmark it is, where its folder lies below the one given. Found out otherwise.")
    public let classes = Key<FileName?>(
        "classes", role: .input, unit: "file", default: nil,
        "Class names, one a line, each optionally with a tab and the phrase that prompts use.")
    public let phrases = Key<FileName?>(
        "phrases", role: .input, unit: "file", default: nil,
        "Phrases that prompts use for classes: name, tab, phrase a line.")
    public let testFraction = Key<Double?>(
        "test-fraction", .below1, unit: "share", standardText: "0.2; 0.8 for RESISC45", default: nil,
        "Share of each class to set aside for testing, where the data set has no test part.")
    public let testSeed = Key<Int>(
        "test-seed", .from(0, to: 4_294_967_295), unit: "number", default: 0, "Seed of that share.")
    public let trainOnTest = Key<Bool>(
        "train-on-test", default: false,
        "Keep EuroSAT's test images among the training images too, as the published numbers have it.")
    public let skipMissing = Key<Bool>(
        "skip-missing", default: false, "Go on where a list names images that are not there.")
    public let allowOutside = Key<Bool>(
        "allow-outside", default: false, "Read images that a manifest names outside of its folder."
    ).ofPersons()
    public let threads = Shared.threads

    public init() {}
}
