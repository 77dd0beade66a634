import Artifacts
import DataSets
import Foundation
import Images
import Outputs
import Parallel
import Parameters
import Tensors
import Terminal
import Views

/// Reads a data set's images into `images.h5`, in the data set's order whatever the number of threads.
///
/// Images pass through memory a few at a time: it does not grow with their number.
public struct Decode {
    /// The folder of the data set, or its manifest.
    public var dataSet: String
    public var settings: Settings<DecodeParameters>
    public var output: StageOutput
    /// Where what is decoded is counted; nil for nowhere.
    public var work: DecodingWork?
    /// Called with what is worth telling a person.
    public var note: (String) -> Void = { _ in }
    public var quiet = false

    public init(dataSet: String, settings: Settings<DecodeParameters>, output: StageOutput) {
        self.dataSet = dataSet
        self.settings = settings
        self.output = output
    }

    private var decoding: ImageDecoder.Options {
        var options = ImageDecoder.Options()
        options.maximumPixels = settings.maxPixels
        options.appliesExifOrientation = settings.exifOrientation
        options.work = work
        return options
    }

    /// What a run did.
    public struct Result {
        public let dataSet: DataSet
        public let trainingImages: Int
        public let testImages: Int
        /// The images that did not decode, with the reason.
        public let skipped: [(name: String, reason: String)]
        /// Size of the pixels.
        public let bytes: Int
        public let seconds: Double
    }

    /// What the folder holds, what is missing and what would be decoded; no image is opened.
    public func check() throws -> SetupCheck {
        try DataSet.check(URL(fileURLWithPath: dataSet), options: LoadOptions(settings))
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        // Images are resized side by side, each on the thread that decoded it.
        try Torch.setThreads(1)
        let listing = try LoadOptions(settings)
        // Taken before anything is read: what changes meanwhile is noticed the next time.
        let sources = try sources(listing)
        let dataSet = try DataSet.load(from: URL(fileURLWithPath: dataSet), options: listing)
        dataSet.warnings.forEach(note)

        let libraries = ImageDecoder.libraries.map { $0.split(separator: " ").map(String.init) }
        let provenance = try Provenance(
            parameters: settings.parameters.merging(["layout_found": .string(dataSet.layout.description)]) { $1 }, inputs: [],
            sources: sources,
            software: SoftwareVersions.current.merging(libraries.map { ($0[0], $0[1]) }) { _, new in new },
            seed: Int(listing.testSeed))
        let existing = ExistingOutput(output.path)
        for image in dataSet.images { try existing?.requireOther(than: image.file) }
        let writer = try output.writer(.decode, schema: .images, provenance: provenance)
        let stored = try store(dataSet, in: writer)
        try requireEnough(stored, of: dataSet)
        try stored.write(to: writer)
        try writer.write(dataSet.classes.map(\.name), to: \.classes.name)
        try writer.write(dataSet.classes.map(\.phrase), to: \.classes.phrase)
        try writer.set(\.dataSet, to: dataSet.name)
        try writer.commit()

        return Result(
            dataSet: dataSet, trainingImages: stored.images.count { $0.split == .train },
            testImages: stored.images.count { $0.split == .test },
            skipped: stored.skipped.map { ($0.path, $1) }, bytes: Int(stored.offsets.last ?? 0),
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Fingerprints of what the data set is read from.
    private func sources(_ listing: LoadOptions) throws -> [String: Identity] {
        var sources: [String: Identity] = [:]
        let place = DataSet.place(of: URL(fileURLWithPath: dataSet), options: listing).path
        if FileManager.default.fileExists(atPath: place) { sources["data_set"] = try SourceFingerprint.ofListing(place) }
        for (name, file) in [("classes", settings.classes), ("phrases", settings.phrases)] {
            if let file { sources[name] = try SourceFingerprint.ofContent(file.path) }
        }
        return sources
    }

    // MARK: - Decoding

    /// Writes the pixels of every image that decodes and takes note of the rest.
    private func store(_ dataSet: DataSet, in writer: ArtifactWriter<ImagesSchema>) throws -> StoredTable {
        let entries = dataSet.images
        let decoding = decoding
        let shorterSide = settings.native ? nil : settings.shorterSide
        let pixels = try writer.appender(to: \.images.pixels)
        let progress = ProgressBar("decoding", total: entries.count, unit: "images", quiet: quiet)
        defer { progress.finish() }
        var table = StoredTable()
        try OrderedProduction.run(count: entries.count, threads: settings.threads) {
            let decoder = ImageDecoder(options: decoding)
            return { Decoded(entries[$0], by: decoder, shorterSide: shorterSide) }
        } take: { index, decoded in
            switch decoded {
            case .image(let image, let height, let width):
                try pixels.append(image.pixels)
                table.add(entries[index], image, originalHeight: height, originalWidth: width)
            case .failed(let reason):
                guard !settings.strict else { throw ImagesError(reason, path: entries[index].file) }
                table.skipped.append((entries[index], reason))
            }
            progress.advance()
        }
        return table
    }

    /// A data set loses its sense when whole classes do not decode.
    private func requireEnough(_ stored: StoredTable, of dataSet: DataSet) throws {
        guard let first = stored.skipped.first else { return }
        let example = "the first of them, \(first.0.file): \(first.1)"
        guard !stored.images.isEmpty else {
            throw ImagesError(
                "none of the \(stored.skipped.count) images decodes, \(example)", path: dataSet.folder.path)
        }
        let decoded = Set(stored.images.compactMap(\.label))
        for (entry, reason) in stored.skipped {
            guard let label = entry.label, !decoded.contains(label) else { continue }
            throw ImagesError(
                """
                no image of the class "\(dataSet.classes[label].name)" decodes, \
                the first of them, \(entry.file): \(reason)
                """, path: dataSet.folder.path)
        }
        let training = stored.images.count { $0.split == .train }
        guard training >= dataSet.classes.count else {
            throw ImagesError(
                "only \(training) training images decode for \(dataSet.classes.count) classes, \(example)",
                path: dataSet.folder.path)
        }
    }
}

/// What became of one file.
private enum Decoded: Sendable {
    case image(RGBImage, originalHeight: Int, originalWidth: Int)
    case failed(reason: String)

    init(_ entry: ImageEntry, by decoder: ImageDecoder, shorterSide: Int?) {
        do {
            let image = try decoder.decode(contentsOf: entry.file)
            let stored = try shorterSide.map { try image.capped(shorterSide: $0) } ?? image
            self = .image(stored, originalHeight: image.height, originalWidth: image.width)
        } catch let error as ImagesError {
            self = .failed(reason: error.reason)
        } catch {
            self = .failed(reason: "\(error)")
        }
    }
}

/// The columns of `images.h5` beside the pixels.
private struct StoredTable {
    var images: [ImageEntry] = []
    var heights: [Int32] = []
    var widths: [Int32] = []
    var originalHeights: [Int32] = []
    var originalWidths: [Int32] = []
    var offsets: [Int64] = [0]
    var skipped: [(ImageEntry, String)] = []

    mutating func add(_ entry: ImageEntry, _ image: RGBImage, originalHeight: Int, originalWidth: Int) {
        images.append(entry)
        heights.append(Int32(clamping: image.height))
        widths.append(Int32(clamping: image.width))
        originalHeights.append(Int32(clamping: originalHeight))
        originalWidths.append(Int32(clamping: originalWidth))
        offsets.append(offsets[offsets.count - 1] + Int64(image.pixels.count))
    }

    func write(to writer: ArtifactWriter<ImagesSchema>) throws {
        try writer.write(images.map(\.path), to: \.images.name)
        try writer.write(images.map { $0.label ?? -1 }, to: \.images.label)
        try writer.write(images.map(\.split), to: \.images.split)
        try writer.write(heights, to: \.images.height)
        try writer.write(widths, to: \.images.width)
        try writer.write(originalHeights, to: \.images.originalHeight)
        try writer.write(originalWidths, to: \.images.originalWidth)
        try writer.write(offsets, to: \.images.offset)
        try writer.write(skipped.map(\.0.path), to: \.skipped.name)
        try writer.write(skipped.map(\.1), to: \.skipped.reason)
    }
}
