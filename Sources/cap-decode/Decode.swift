import ArgumentParser
import DataSets
import Foundation
import Images
import Stages
import Terminal

@main
struct DecodeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "cap-decode",
        abstract: "Decode a data set's images into one file.",
        discussion: """
            Reads a folder of class folders (CLASS/*, or train/CLASS/* and test/CLASS/*) of JPEG, PNG, WebP, TIFF, GIF, \
            BMP, HEIC and AVIF files, or one of the known data sets, and writes images.h5: RGB pixels, names, labels \
            where known, and which images are for testing. Files are told by their content, not their extension. An \
            image that does not decode is recorded with the reason and skipped; every file that is no image is counted.

            Example:
              cap-decode ~/data/flowers -o images.h5
            """,
        version: CAPVersion.current)

    @Argument(help: ArgumentHelp("Folder of the data set, or its manifest file.", valueName: "data-set"))
    var dataSet: String

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("File to write.", valueName: "file"))
    var output: String?

    @Flag(help: "Say what the folder holds, what is missing and what would be used. Decodes nothing.")
    var check = false

    @Option(help: ArgumentHelp("Store images with their shorter side at most this long.", valueName: "pixels"))
    var shorterSide = 288

    @Flag(help: "Store images at their own size.")
    var native = false

    @Flag(help: "End at the first image that does not decode, and write nothing.")
    var strict = false

    @Option(
        help: """
            How images lie: upright as their EXIF or XMP says, or as-is as Pillow's Image.open and so CLIP takes them. \
            (default: upright; as-is for the benchmarks)
            """)
    var orientation: Orientation?

    @Option(
        help: """
            How samples of 16 bits become 8: their high-byte, or stretch from each image's smallest to its largest, for data \
            of 12 bits in 16.
            """)
    var gray16 = Gray16.highByte

    @Option(help: "What becomes of an image that is damaged or ends early: skip, or keep as far as it goes.")
    var damaged = Damaged.skip

    @Option(help: ArgumentHelp("Skip images of more pixels.", valueName: "count"))
    var maxPixels = 178_956_970

    @Option(help: "Threads to decode with.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "How the data set lies on disk.")
    var layout = LayoutChoice.automatic

    @Option(help: "Which benchmark it is, where its folder lies below the one given. Found out otherwise.")
    var benchmark: Benchmark?

    @Option(
        help: ArgumentHelp(
            "Class names, one a line, each optionally with a tab and the phrase that prompts use.",
            valueName: "file"),
        completion: .file(), transform: Self.file)
    var classes: URL?

    @Option(
        help: ArgumentHelp("Phrases that prompts use for classes: name, tab, phrase a line.", valueName: "file"),
        completion: .file(), transform: Self.file)
    var phrases: URL?

    @Option(
        help: """
            Share of each class to set aside for testing, where the data set has no test part. (default: 0.2; 0.8 for \
            RESISC45)
            """)
    var testFraction: Double?

    @Option(help: "Seed of that share.")
    var testSeed: UInt32 = 0

    @Flag(help: "Keep EuroSAT's test images among the training images too, as the published numbers have it.")
    var trainOnTest = false

    @Flag(help: "Go on where a list names images that are not there.")
    var skipMissing = false

    @OptionGroup var verbosity: VerbosityOptions

    func validate() throws {
        guard check || output?.isEmpty == false else {
            throw ValidationError("Name the file to write with -o, or use --check.")
        }
        guard (1...65_535).contains(shorterSide) else {
            throw ValidationError("--shorter-side must be between 1 and 65535, not \(shorterSide).")
        }
        guard maxPixels > 0 else { throw ValidationError("--max-pixels must be positive, not \(maxPixels).") }
        guard (1...4096).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 4096, not \(threads).")
        }
        if let testFraction, !(0..<1).contains(testFraction) {
            throw ValidationError("--test-fraction must be at least 0 and below 1, not \(testFraction).")
        }
    }

    func run() throws {
        var stage = Decode(dataSet: dataSet, output: output ?? "")
        stage.listing = LoadOptions(
            kinds: .decoded, layout: layout.layout, benchmark: benchmark, classes: classes, phrases: phrases, testFraction: testFraction,
            testSeed: testSeed,
            trainsOnTestImages: trainOnTest, skipsMissingImages: skipMissing)
        stage.decoding.maximumPixels = maxPixels
        stage.orientation = orientation
        stage.decoding.reading.gray16 = gray16
        stage.decoding.reading.damaged = damaged
        stage.shorterSide = native ? nil : shorterSide
        stage.isStrict = strict
        stage.threads = threads
        stage.note = { Standard.error.writeLines("cap-decode: \($0)") }
        stage.quiet = verbosity.quiet
        guard check else { return try summarize(stage.run()) }
        let report = stage.check()
        print(report.text)
        guard report.isReady else { throw ExitCode.failure }
    }

    private func summarize(_ result: Decode.Result) {
        for (name, reason) in result.skipped.prefix(3) {
            Standard.error.writeLines("cap-decode: skipped \(name): \(reason)")
        }
        if result.skipped.count > 3 {
            let more = HumanReadable.count(result.skipped.count - 3)
            Standard.error.writeLines("cap-decode: skipped \(more) more, see skipped/ in the file")
        }
        var summary = Summary("cap-decode")
        summary.add("data set", "\(result.dataSet.name) (\(result.dataSet.layout))")
        summary.add("classes", HumanReadable.count(result.dataSet.classes.count))
        summary.add("training", "\(HumanReadable.count(result.trainingImages)) images")
        summary.add("test", "\(HumanReadable.count(result.testImages)) images")
        summary.add("skipped", HumanReadable.count(result.skipped.count))
        if result.damaged > 0 { summary.add("damaged", "\(HumanReadable.count(result.damaged)) kept") }
        let leftOut = result.dataSet.leftOut.map(\.count).reduce(0, +)
        if leftOut > 0 { summary.add("left out", "\(HumanReadable.count(leftOut)) files") }
        summary.add("pixels", HumanReadable.bytes(result.bytes))
        let decoded = result.trainingImages + result.testImages
        summary.add(
            "time",
            "\(HumanReadable.duration(result.seconds)), "
                + "\(HumanReadable.decimal(Double(decoded) / max(result.seconds, 1e-9))) images/s")
        if let output {
            summary.add("wrote", output)
            summary.next("cap-embed \(output) --checkpoint DIR -o features.h5")
        }
        summary.print(quiet: verbosity.quiet)
    }

    private static func file(_ path: String) -> URL {
        URL(fileURLWithPath: path)
    }
}

extension Benchmark: ExpressibleByArgument {}
extension Orientation: ExpressibleByArgument {}
extension Gray16: ExpressibleByArgument {}
extension Damaged: ExpressibleByArgument {}

/// The value of `--layout`: a layout's name, or `auto` to find out.
struct LayoutChoice: ExpressibleByArgument {
    let layout: Layout?

    static let automatic = LayoutChoice(layout: nil)

    private init(layout: Layout?) {
        self.layout = layout
    }

    init?(argument: String) {
        layout = Layout(argument)
        guard layout != nil || argument == Self.automatic.defaultValueDescription else { return nil }
    }

    var defaultValueDescription: String { layout?.description ?? "auto" }

    static var allValueStrings: [String] { [automatic.defaultValueDescription] + Layout.all.map(\.description) }
}
