import Artifacts
import DataSets
import Foundation
import ImageArchive
import Images
import Outputs
import Parallel
import Parameters
import Tensors
import Terminal
import Views
import Vocabulary

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

    /// How the images of `dataSet` are read. They lie upright in folders of one's own, and as they are in benchmarks, whose
    /// published numbers were computed so.
    private func decoding(_ dataSet: DataSet) -> ImageDecoder.Options {
        let orientation = settings.orientation ?? (dataSet.layout.benchmark == nil ? .upright : .asIs)
        var options = ImageDecoder.Options()
        options.maximumPixels = settings.maxPixels
        options.reading = Reading(orientation: orientation, gray16: settings.gray16, damaged: settings.damaged)
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
        /// Images that are kept although damaged.
        public let damaged: Int
        /// Size of the pixels.
        public let bytes: Int
        public let seconds: Double
    }

    /// What the folder holds, what is missing and what would be decoded; no image is opened.
    public func check() throws -> SetupCheck {
        try DataSet.check(URL(fileURLWithPath: dataSet), options: LoadOptions(settings, kinds: .decoded))
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        // Images are resized side by side, each on the thread that decoded it.
        try Torch.setThreads(1)
        let listing = try LoadOptions(settings, kinds: .decoded)
        // Taken before anything is read: what changes meanwhile is noticed the next time.
        let sources = try sources(listing)
        let dataSet = try DataSet.load(from: URL(fileURLWithPath: dataSet), options: listing)
        dataSet.warnings.forEach(note)
        dataSet.leftOut.map(\.sentence).forEach(note)
        let decoding = decoding(dataSet)

        let libraries = ImageDecoder.libraries.map { $0.split(separator: " ").map(String.init) }
        let provenance = try Provenance(
            parameters: settings.parameters.merging(["layout_found": .string(dataSet.layout.description)]) { $1 }, inputs: [],
            sources: sources,
            software: SoftwareVersions.current.merging(libraries.map { ($0[0], $0[1]) }) { _, new in new },
            seed: Int(listing.testSeed))
        let existing = ExistingOutput(output.path)
        for file in Set(dataSet.images.map(\.file)) { try existing?.requireOther(than: file) }
        let writer = try output.writer(.decode, schema: .images, provenance: provenance)
        let stored = try store(dataSet, decoding, in: writer)
        try requireEnough(stored, of: dataSet)
        try stored.write(to: writer)
        try writer.write(dataSet.classes.map(\.name), to: \.classes.name)
        try writer.write(dataSet.classes.map(\.phrase), to: \.classes.phrase)
        try writer.set(\.dataSet, to: dataSet.name)
        try decoding.reading.write(to: writer)
        try writer.set(\.leftOut, to: leftOut(dataSet).text)
        stored.deep.notice(decoding.reading.gray16).map(note)
        try writer.commit()

        return Result(
            dataSet: dataSet, trainingImages: stored.images.count { $0.split == .train },
            testImages: stored.images.count { $0.split == .test },
            skipped: stored.skipped.map { ($0.path, $1) }, damaged: stored.damaged, bytes: Int(stored.offsets.last ?? 0),
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private func leftOut(_ dataSet: DataSet) -> JSONValue {
        .array(
            dataSet.leftOut.map {
                .object(["reason": .string($0.reason), "count": .int($0.count), "first": .string($0.first)])
            })
    }

    /// Fingerprints of what the data set is read from.
    private func sources(_ listing: LoadOptions) throws -> [String: Identity] {
        var sources: [String: Identity] = [:]
        let place = DataSet.place(
            of: URL(fileURLWithPath: dataSet), benchmark: listing.benchmark ?? listing.layout?.benchmark
        ).path
        if FileManager.default.fileExists(atPath: place) { sources["data_set"] = try SourceFingerprint.ofListing(place) }
        for (name, file) in [("classes", settings.classes), ("phrases", settings.phrases)] {
            if let file { sources[name] = try SourceFingerprint.ofContent(file.path) }
        }
        return sources
    }

    // MARK: - Decoding

    /// Writes the pixels of every image that decodes and takes note of the rest.
    private func store(
        _ dataSet: DataSet, _ decoding: ImageDecoder.Options, in writer: ArtifactWriter<ImagesSchema>
    ) throws -> StoredTable {
        let entries = dataSet.images
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
            case .image(let image, let decoded):
                try pixels.append(image.pixels)
                table.add(entries[index], image, decoded)
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
    case image(RGBImage, ImageDecoder.Decoded)
    case failed(reason: String)

    init(_ entry: ImageEntry, by decoder: ImageDecoder, shorterSide: Int?) {
        do {
            let decoded = try decoder.examine(contentsOf: entry.file, range: entry.range)
            self = .image(try shorterSide.map { try decoded.image.capped(shorterSide: $0) } ?? decoded.image, decoded)
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
    var damaged = 0
    var deep = DeepImages()

    mutating func add(_ entry: ImageEntry, _ image: RGBImage, _ decoded: ImageDecoder.Decoded) {
        images.append(entry)
        heights.append(Int32(clamping: image.height))
        widths.append(Int32(clamping: image.width))
        originalHeights.append(Int32(clamping: decoded.image.height))
        originalWidths.append(Int32(clamping: decoded.image.width))
        if decoded.damage != nil { damaged += 1 }
        deep.add(decoded)
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
