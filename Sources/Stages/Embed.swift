import Artifacts
import CLIP
import DataSets
import FoundationEssentials
import ImageArchive
import Parallel
import Parameters
import Tensors
import Terminal
import Views
import Vocabulary

/// Encodes images and class texts: `images.h5` and a checkpoint in, `features.h5` out. In place of `images.h5` there may be
/// features that were computed elsewhere; then only the classes are encoded.
///
/// Images pass through memory a few batches at a time: it does not grow with their number. Many of them are done in parts, which several
/// processes share and an interrupted run has left for the next.
public struct Embed {
    /// `images.h5`, or `.npy` and `.npz` files of features or a folder of them.
    public var images: String
    /// The classes' names where there are features in place of images, and other words for some in prompts.
    public var classes: String?
    public var phrases: String?
    public var settings: Settings<EmbedParameters>
    public var output: StageOutput
    /// How several processes share the images, where a launcher has started them.
    public var processes = ProcessOptions.standard
    /// Called now and then with what is worth telling a person.
    public var note: (String) -> Void = { _ in }
    public var quiet = false

    public init(images: String, settings: Settings<EmbedParameters>, output: StageOutput) {
        self.images = images
        self.settings = settings
        self.output = output
    }

    /// What a run did.
    public struct Result {
        public let images: Int
        public let classes: Int
        public let dimension: Int
        /// Images that an interrupted run has left features of.
        public let imagesBefore: Int
        public let logitScale: Float
        /// Of the labeled test images, or of all labeled images where none of them is a test image.
        public let zeroShot: Accuracy
        public let seconds: Double
        /// Floating-point operations of the vision transformer over the time spent in encoding images, of all processes together.
        public let operationsPerSecond: Double
        /// The most memory that tensors took on a GPU; 0 on the CPU.
        public let peakDeviceBytes: Int
        /// What was done where a part alone was asked for.
        public let part: PartDone?
    }

    /// Where features come from.
    fileprivate enum Source {
        case images(ArtifactReader<ImagesSchema>, StoredImages)
        case features(FeatureSet)

        var artifacts: [any Artifact] { if case .images(let images, _) = self { [images] } else { [] } }
    }

    private func open() throws -> Source {
        if FeatureSet.isSource(images) {
            let options = LoadOptions(
                kinds: .decoded, classes: classes.map { URL(fileURLWithPath: $0) },
                phrases: phrases.map { URL(fileURLWithPath: $0) })
            return .features(try FeatureSet(from: URL(fileURLWithPath: images), options: options))
        }
        guard classes == nil, phrases == nil else {
            throw ArtifactError("\(images): says its classes itself; a list of them goes with features in .npy or .npz files")
        }
        let images = try ArtifactReader(images, schema: .images)
        return .images(images, try StoredImages(images))
    }

    /// What a recipe must know where there is no artifact that says it.
    private func sourcesOfFeatures(_ source: Source) throws -> [String: Identity] {
        guard case .features(let set) = source else { return [:] }
        var sources: [String: Identity] = [:]
        for file in set.files {
            sources["features/" + URL(fileURLWithPath: file).lastPathComponent] = try SourceFingerprint.ofContent(file)
        }
        if let classes { sources["classes"] = try SourceFingerprint.ofContent(classes) }
        if let phrases { sources["phrases"] = try SourceFingerprint.ofContent(phrases) }
        return sources
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let group = try processes.join()
        var settings = settings
        let device = try settings.begin(note: note)
        let batch = settings.batch ?? device.imagesAtOnce
        settings.batch = batch
        let checkpoint = try settings.checkpointChoice
        let source = try open()
        let clip = try checkpoint.open()
        for remark in clip.remarks { note(remark) }
        let identity = try clip.identity()
        let provenance = try Provenance(
            parameters: settings.parameters.merging(checkpoint.parameters(identity: identity)) { $1 },
            inputs: source.artifacts,
            sources: checkpoint.sources().merging(sourcesOfFeatures(source)) { $1 }, software: SoftwareVersions.of(device),
            seed: nil)
        // Of several processes the first has it.
        let writer = try output.writer(.embed, schema: .features, provenance: provenance, in: group)

        let labels = try Labels(source)
        let texts = try classFeatures(labels.phrases, clip, settings, device)
        let logitScale = try clip.logitScale()
        let (classes, dimension) = (texts.features.shape[0], clip.config.projectionDimension)
        if let writer {
            try writer.set(\.checkpoint.path, to: checkpoint.path)
            try writer.set(\.checkpoint.identity, to: identity)
            try writer.set(\.patchSize, to: clip.config.vision.patchSize)
            try labels.write(to: writer)
            try writer.write(texts.prompts, to: \.classes.prompt)
            try writer.write(texts.features.floats(), shape: texts.features.shape, to: \.classes.textFeatures)
            try writer.write(logitScale, to: \.logitScale)
        }
        let destination = try writer.map { try Destination($0, labels, dimension: dimension, classes: classes) }
        var (encoded, encoding, before) = (0, Duration.zero, 0)
        var parts: EmbedParts?
        switch source {
        case .images(_, let stored):
            let own = EmbedParts(of: output.path, provenance: provenance, imageCount: stored.count)
            let most = batch * Self.batchesOfPart
            let encoder = try Encoder(
                clip, settings, stored, batch: batch, device: device, texts: texts.features, logitScale: Double(logitScale))
            if group.isAlone, stored.count <= most, !own.isBegun, let destination {
                encoded = stored.count
                encoding = try encode([0..<stored.count], by: encoder) { _, first, results in
                    try destination.append(
                        first, results[0].floats(), results[1].floats(), predictions: results[2].ints())
                } finish: { _ in
                }
            } else {
                // What is left to do is for all of them what the first finds.
                let finished = try own.finished(foundIn: group)
                before = finished.reduce(0) { $0 + $1.count }
                if before > 0, group.isFirst, output.part == nil {
                    note("going on with features of \(before) of \(stored.count) images, which an interrupted run has left")
                }
                let pieces = own.share(besides: finished, of: output.part, batch: batch, most: most, in: group)
                encoded = pieces.reduce(0) { $0 + $1.count }
                encoding = try compute(pieces, of: own, by: encoder, dimension: dimension, classes: classes)
                try group.barrier()
                parts = own
                if let destination {
                    try own.forEachBlock { first, features, probabilities in
                        let predictions = try Tensor(probabilities, shape: [probabilities.count / classes, classes]).argmax(
                            dim: 1)
                        try destination.append(first, features, probabilities, predictions: predictions.ints())
                    }
                }
            }
        case .features(let set):
            guard output.part == nil else {
                throw ArtifactError("\(images): features are encoded already, and are taken over at once: leave --part out")
            }
            guard set.dimension == dimension else {
                throw ArtifactError(
                    """
                    \(images): features of \(set.dimension) numbers, where \(checkpoint.path) makes \(dimension): they are of \
                    another model
                    """)
            }
            if let destination {
                try set.forEachBatch(of: 4096) { first, rows in
                    let batch = try Tensor(rows, shape: [rows.count / dimension, dimension]).l2Normalized()
                    let confidences = try ZeroShot.probabilities(images: batch, texts: texts.features, scale: Double(logitScale))
                    try destination.append(
                        first, batch.floats(), confidences.floats(), predictions: confidences.argmax(dim: 1).ints())
                }
            }
        }
        try group.first {
            guard let writer else { return }
            try writer.commit()
            parts?.remove()
        }
        let rate = encoding > .zero ? Double(encoded) * clip.config.operationsPerImage / (encoding / .seconds(1)) : 0
        return try Result(
            images: labels.names.count, classes: classes, dimension: dimension, imagesBefore: before, logitScale: logitScale,
            zeroShot: destination?.zeroShot.accuracy ?? Accuracy(), seconds: (ContinuousClock.now - start) / .seconds(1),
            operationsPerSecond: group.sums([rate])[0], peakDeviceBytes: device.peakBytes,
            part: output.part.flatMap { part in parts.map { PartDone(part, of: $0, batch: batch, computed: encoded) } })
    }

    /// Batches whose features are lost at the most where a run is interrupted.
    static let batchesOfPart = 32

    /// Where the rows of all images go, in their order.
    private final class Destination {
        private(set) var zeroShot: ZeroShotCount
        private let features: ArtifactAppender<Float>
        private let probabilities: ArtifactAppender<Float>

        init(_ writer: ArtifactWriter<FeaturesSchema>, _ labels: Labels, dimension: Int, classes: Int) throws {
            zeroShot = ZeroShotCount(labels)
            features = try writer.appender(to: \.images.features, rowShape: [dimension])
            probabilities = try writer.appender(to: \.zeroShotProbabilities, rowShape: [classes])
        }

        func append(_ first: Int, _ features: [Float], _ probabilities: [Float], predictions: [Int]) throws {
            zeroShot.add(predictions: predictions, firstImage: first)
            try self.features.append(features)
            try self.probabilities.append(probabilities)
        }
    }

    /// Writes the parts of some runs of images.
    private func compute(
        _ pieces: [Range<Int>], of parts: EmbedParts, by encoder: Encoder, dimension: Int, classes: Int
    ) throws -> Duration {
        typealias Part = (
            writer: ArtifactWriter<FeaturesPartSchema>, features: ArtifactAppender<Float>, probabilities: ArtifactAppender<Float>
        )
        var open: Part?
        return try encode(pieces, by: encoder) { images, first, results in
            if first == images.lowerBound {
                let writer = try parts.writer(images)
                open = try (
                    writer, writer.appender(to: \.features, rowShape: [dimension]),
                    writer.appender(to: \.zeroShotProbabilities, rowShape: [classes])
                )
            }
            try open?.features.append(results[0].floats())
            try open?.probabilities.append(results[1].floats())
        } finish: { _ in
            try open?.writer.commit()
            open = nil
        }
    }

    /// What is known of images and classes before anything is encoded.
    struct Labels {
        let classNames: [String]
        let phrases: [String]
        let names: [String]
        /// −1 where unknown.
        let labels: [Int]
        let splits: [ImageSplit]

        fileprivate init(_ source: Source) throws {
            switch source {
            case .images(let images, _):
                classNames = try images.values(\.classes.name)
                phrases = try images.values(\.classes.phrase)
                names = try images.values(\.images.name)
                labels = try images.indices(\.images.label, in: -1..<classNames.count)
                splits = try images.values(\.images.split)
            case .features(let set):
                classNames = set.classes.map(\.name)
                phrases = set.classes.map(\.phrase)
                names = set.names
                labels = set.labels.map { $0 ?? -1 }
                splits = [ImageSplit](repeating: .train, count: set.names.count)
            }
        }

        fileprivate func write(to writer: ArtifactWriter<FeaturesSchema>) throws {
            try writer.write(classNames, to: \.classes.name)
            try writer.write(phrases, to: \.classes.phrase)
            try writer.write(names, to: \.images.name)
            try writer.write(labels, to: \.images.label)
            try writer.write(splits, to: \.images.split)
        }
    }

    /// The texts that stand for the classes, one a line where there are several templates, and their
    /// features, `[classes, dim]` in float32: the normalised mean over the templates of the normalised features.
    private func classFeatures(
        _ phrases: [String], _ clip: CLIPCheckpoint, _ settings: Settings<EmbedParameters>, _ device: Tensors.Device
    ) throws -> (prompts: [String], features: Tensor) {
        guard !phrases.isEmpty else { throw ArtifactError("\(images): holds no class; run cap-decode again") }
        let encoder = try clip.textEncoder(dtype: settings.precision.dtype, device: device)
        let templates = try settings.templates.texts.map(PromptTemplate.init)
        let prompts = templates.map { template in phrases.map(template.prompt) }
        let longest = clip.config.text.contextLength - 2
        if let cut = prompts.joined().first(where: { clip.tokenizer.tokens($0).count > longest }) {
            note("the text \"\(cut)\" has more than \(longest) tokens, so its end is left out")
        }
        let features = try prompts.map { try encoder.normalizedFeatures($0.map(clip.tokens)).to(.cpu) }
        return (
            phrases.indices.map { index in prompts.map { $0[index] }.joined(separator: "\n") },
            try Tensor.stack(features).mean(dim: 0).l2Normalized()
        )
    }

    /// What makes features of stored images, made once for all of them.
    private struct Encoder {
        let stored: StoredImages
        let batch: Int
        let threads: Int
        let size: Int
        let view: EvaluationView
        let vision: CLIPVisionEncoder
        let texts: Tensor
        let logitScale: Double
        let device: Tensors.Device

        init(
            _ clip: CLIPCheckpoint, _ settings: Settings<EmbedParameters>, _ stored: StoredImages, batch: Int,
            device: Tensors.Device, texts: Tensor, logitScale: Double
        ) throws {
            (self.stored, self.batch, self.device, self.logitScale) = (stored, batch, device, logitScale)
            threads = settings.threads
            vision = try clip.visionEncoder(dtype: settings.precision.dtype, device: device)
            self.texts = try texts.to(device)
            size = clip.config.vision.imageSize
            view = try EvaluationView(of: clip)
        }
    }

    /// Passes the features of every batch of runs of images, L2-normalised float32, with the probability of every class and the most
    /// likely one, to `take` with the number of the batch's first image.
    ///
    /// - Returns: the time that computing took.
    private func encode(
        _ runs: [Range<Int>], by encoder: Encoder, take: (_ run: Range<Int>, _ first: Int, [Tensor]) throws -> Void,
        finish: (_ run: Range<Int>) throws -> Void
    ) throws -> Duration {
        let progress = ProgressBar("embedding", total: runs.reduce(0) { $0 + $1.count }, unit: "images", quiet: quiet)
        defer { progress.finish() }
        var duration = Duration.zero
        for run in runs {
            let (view, stored) = (encoder.view, encoder.stored)
            let time = try BatchedViews(
                count: run.count, batch: encoder.batch, size: encoder.size, threads: encoder.threads, device: encoder.device
            ).run {
                try view.render($0.map { try stored.image(run.lowerBound + $0) }, into: $1)
            } compute: { views in
                let features = try encoder.vision.forward(views).to(.float32).l2Normalized()
                let probabilities = try ZeroShot.probabilities(images: features, texts: encoder.texts, scale: encoder.logitScale)
                return try [features, probabilities, probabilities.argmax(dim: 1)]
            } take: { first, results in
                try take(run, run.lowerBound + first, results)
                progress.advance(by: results[0].shape[0])
            }
            duration += time.computing
            try finish(run)
        }
        return duration
    }
}

/// How many of a number of images were told right.
public struct Accuracy: Sendable, Equatable {
    public var correct = 0
    public var total = 0

    /// Between 0 and 1; nil without images.
    public var fraction: Double? { total > 0 ? Double(correct) / Double(total) : nil }
}

/// Counts right predictions among training and among test images, where labels are known.
private struct ZeroShotCount {
    private let labels: [Int]
    private let isTest: [Bool]
    private var training = Accuracy()
    private var test = Accuracy()

    init(_ known: Embed.Labels) {
        labels = known.labels
        isTest = known.splits.map { $0 == .test }
    }

    mutating func add(predictions: [Int], firstImage: Int) {
        for (image, prediction) in zip(firstImage..., predictions) where labels[image] >= 0 {
            let isCorrect = prediction == labels[image] ? 1 : 0
            if isTest[image] {
                test.correct += isCorrect
                test.total += 1
            } else {
                training.correct += isCorrect
                training.total += 1
            }
        }
    }

    var accuracy: Accuracy { test.total > 0 ? test : training }
}
