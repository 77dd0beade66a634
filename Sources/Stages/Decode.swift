import Artifacts
import DataSets
import Essentials
import FoundationEssentials
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
/// Images pass through memory a few at a time: it does not grow with their number. Several processes decode them in parts, which the
/// first joins.
public struct Decode {
    /// The folder of the data set, or its manifest.
    public var dataSet: String
    public var settings: Settings<DecodeParameters>
    public var output: StageOutput
    /// Where what is decoded is counted; nil for nowhere.
    public var work: DecodingWork?
    /// How several processes share the images, where a launcher has started them.
    public var processes = ProcessOptions.standard
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
        /// What was done where a part alone was asked for; then nothing of the above is counted but time.
        public let part: PartDone?
    }

    /// What the folder holds, what is missing and what would be decoded; no image is opened.
    public func check() throws -> SetupCheck {
        try DataSet.check(URL(fileURLWithPath: dataSet), options: LoadOptions(settings, kinds: .decoded))
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let group = try processes.join()
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
        // Of several processes the first has it.
        let writer = try output.writer(.decode, schema: .images, provenance: provenance, in: group)
        let parts = Parts<ImagesPartSchema>(
            .decode, of: output.path, provenance: provenance, imageCount: dataSet.images.count)
        var stored = StoredTable()
        var computed = 0
        if group.isAlone, output.part == nil, !parts.isBegun {
            try store(0..<dataSet.images.count, of: dataSet, decoding, pixels: writer?.appender(to: \.images.pixels)) {
                stored.add(dataSet.images[$0], $1)
            }
        } else {
            computed = try decode(dataSet, decoding, to: parts, in: group)
            if let pixels = try writer?.appender(to: \.images.pixels) {
                stored = try joined(parts, of: dataSet, pixels: pixels)
            }
        }
        try group.first {
            guard let writer else { return }
            try requireEnough(stored, of: dataSet)
            try stored.write(to: writer)
            try writer.write(dataSet.classes.map(\.name), to: \.classes.name)
            try writer.write(dataSet.classes.map(\.phrase), to: \.classes.phrase)
            try writer.set(\.dataSet, to: dataSet.name)
            try decoding.reading.write(to: writer)
            try writer.set(\.leftOut, to: leftOut(dataSet).text)
            stored.deep.notice(decoding.reading.gray16).map(note)
            try writer.commit()
            parts.remove()
        }

        return Result(
            dataSet: dataSet, trainingImages: stored.images.count { $0.split == .train },
            testImages: stored.images.count { $0.split == .test },
            skipped: stored.skipped.map { ($0.path, $1) }, damaged: stored.damaged, bytes: Int(stored.offsets.last ?? 0),
            seconds: (ContinuousClock.now - start) / .seconds(1),
            part: output.part.map { PartDone($0, of: parts, batch: 1, computed: computed) })
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

    /// Writes the pixels of those images that decode, and hands over what became of each.
    private func store(
        _ images: Range<Int>, of dataSet: DataSet, _ decoding: ImageDecoder.Options, pixels: ArtifactAppender<UInt8>?,
        take: (Int, Outcome) throws -> Void
    ) throws {
        let entries = dataSet.images[images]
        let shorterSide = settings.native ? nil : settings.shorterSide
        let progress = ProgressBar("decoding", total: entries.count, unit: "images", quiet: quiet)
        defer { progress.finish() }
        try OrderedProduction.run(count: entries.count, threads: settings.threads) {
            let decoder = ImageDecoder(options: decoding)
            return { Decoded(entries[images.lowerBound + $0], by: decoder, shorterSide: shorterSide) }
        } take: { offset, decoded in
            let index = images.lowerBound + offset
            switch decoded {
            case .image(let image, let decoded):
                try pixels?.append(image.pixels)
                try take(index, .stored(.init(image, decoded)))
            case .failed(let reason):
                guard !settings.strict else { throw ImagesError(reason, path: entries[index].file) }
                try take(index, .skipped(reason: reason))
            }
            progress.advance()
        }
    }

    // MARK: - Several processes

    /// Images whose decoding is lost at the most where a run is interrupted.
    private static let imagesOfPart = 8192

    /// Writes this process's parts, and waits for the others'.
    ///
    /// - Returns: the images of its own.
    private func decode(
        _ dataSet: DataSet, _ decoding: ImageDecoder.Options, to parts: Parts<ImagesPartSchema>, in group: ProcessGroup
    ) throws -> Int {
        let finished = try parts.finished(foundIn: group)
        let pieces = parts.share(besides: finished, of: output.part, batch: 1, most: Self.imagesOfPart, in: group)
        for images in pieces {
            let writer = try parts.writer(images)
            var outcomes: [Outcome] = []
            try store(images, of: dataSet, decoding, pixels: writer.appender(to: \.pixels)) { outcomes.append($1) }
            try Outcome.write(outcomes, to: writer)
            try writer.commit()
        }
        try group.barrier()
        return pieces.reduce(0) { $0 + $1.count }
    }

    private func joined(
        _ parts: Parts<ImagesPartSchema>, of dataSet: DataSet, pixels: ArtifactAppender<UInt8>
    ) throws -> StoredTable {
        let bytesAtOnce = 8 << 20
        var table = StoredTable()
        try parts.forEach { images, part in
            for (image, outcome) in try zip(images, part(Outcome.read)) { table.add(dataSet.images[image], outcome) }
            let count = try part { try $0.count(\.pixels) }
            for start in stride(from: 0, to: count, by: bytesAtOnce) {
                try pixels.append(part { try $0.values(\.pixels, rows: start..<min(start + bytesAtOnce, count)) })
            }
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

/// What is known of a file once it was read, besides its pixels.
private enum Outcome {
    case stored(Stored)
    case skipped(reason: String)

    struct Stored {
        let height: Int32, width: Int32
        /// In the file.
        let originalHeight: Int32, originalWidth: Int32
        let isDamaged: Bool
        let deepMaximum: Int?

        init(_ image: RGBImage, _ decoded: ImageDecoder.Decoded) {
            (height, width) = (Int32(clamping: image.height), Int32(clamping: image.width))
            originalHeight = Int32(clamping: decoded.image.height)
            originalWidth = Int32(clamping: decoded.image.width)
            (isDamaged, deepMaximum) = (decoded.damage != nil, decoded.deepMaximum)
        }

        fileprivate init(_ sizes: [[Int32]], isDamaged: UInt8, deepMaximum: Int32, at row: Int) {
            (height, width) = (sizes[0][row], sizes[1][row])
            (originalHeight, originalWidth) = (sizes[2][row], sizes[3][row])
            self.isDamaged = isDamaged != 0
            self.deepMaximum = deepMaximum < 0 ? nil : Int(deepMaximum)
        }
    }

    private var stored: Stored? {
        if case .stored(let stored) = self { stored } else { nil }
    }

    static func write(_ outcomes: [Outcome], to part: ArtifactWriter<ImagesPartSchema>) throws {
        let rows = outcomes.map(\.stored)
        try part.write(rows.map { $0?.height ?? 0 }, to: \.files.height)
        try part.write(rows.map { $0?.width ?? 0 }, to: \.files.width)
        try part.write(rows.map { $0?.originalHeight ?? 0 }, to: \.files.originalHeight)
        try part.write(rows.map { $0?.originalWidth ?? 0 }, to: \.files.originalWidth)
        try part.write(rows.map { $0?.isDamaged == true ? 1 : 0 }, to: \.files.isDamaged)
        try part.write(rows.map { $0?.deepMaximum.map { Int32(clamping: $0) } ?? -1 }, to: \.files.deepMaximum)
        let reasons = outcomes.map { if case .skipped(let reason) = $0 { reason } else { "" } }
        try part.write(reasons, to: \.files.reason)
    }

    static func read(_ part: ArtifactReader<ImagesPartSchema>) throws -> [Outcome] {
        let sizes = try [
            part.values(\.files.height), part.values(\.files.width), part.values(\.files.originalHeight),
            part.values(\.files.originalWidth),
        ]
        let (damaged, deep) = try (part.values(\.files.isDamaged), part.values(\.files.deepMaximum))
        let outcomes = try part.values(\.files.reason).enumerated().map { row, reason -> Outcome in
            guard sizes[0][row] > 0 else { return .skipped(reason: reason) }
            return .stored(Stored(sizes, isDamaged: damaged[row], deepMaximum: deep[row], at: row))
        }
        let bytes = outcomes.compactMap(\.stored).reduce(0) { $0 + Int($1.height) * Int($1.width) * 3 }
        guard try part.count(\.pixels) == bytes else {
            throw ArtifactError("\(part.path): the sizes of its images do not fit its pixels")
        }
        return outcomes
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

    mutating func add(_ entry: ImageEntry, _ outcome: Outcome) {
        switch outcome {
        case .skipped(let reason): skipped.append((entry, reason))
        case .stored(let stored):
            images.append(entry)
            heights.append(stored.height)
            widths.append(stored.width)
            originalHeights.append(stored.originalHeight)
            originalWidths.append(stored.originalWidth)
            if stored.isDamaged { damaged += 1 }
            deep.add(stored.deepMaximum)
            offsets.append(offsets[offsets.count - 1] + Int64(stored.height) * Int64(stored.width) * 3)
        }
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
