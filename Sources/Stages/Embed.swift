import Artifacts
import CLIP
import ImageArchive
import Parallel
import Parameters
import Tensors
import Terminal
import Views
import Vocabulary

/// Encodes images and class texts: `images.h5` and a checkpoint in, `features.h5` out.
///
/// Images pass through memory a few batches at a time: it does not grow with their number.
public struct Embed {
    public var images: String
    public var settings: Settings<EmbedParameters>
    public var output: StageOutput
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
        public let logitScale: Float
        /// Of the labeled test images, or of all labeled images where none of them is a test image.
        public let zeroShot: Accuracy
        public let seconds: Double
        /// Floating-point operations of the vision transformer over the time spent in encoding images.
        public let operationsPerSecond: Double
        /// The most memory that tensors took on a GPU; 0 on the CPU.
        public let peakDeviceBytes: Int
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let device = try settings.compute.begin()
        let batch = settings.batch ?? device.imagesAtOnce
        var settings = settings
        settings.batch = batch
        let checkpoint = try settings.checkpointChoice
        let images = try ArtifactReader(images, schema: .images)
        let stored = try StoredImages(images)
        let clip = try checkpoint.open()
        for remark in clip.remarks { note(remark) }
        let identity = try clip.identity()
        let writer = try output.writer(
            .embed, schema: .features,
            provenance: Provenance(
                parameters: settings.parameters.merging(checkpoint.parameters(identity: identity)) { $1 }, inputs: [images],
                sources: checkpoint.sources(), software: SoftwareVersions.of(device), seed: nil))
        try writer.set(\.checkpoint.path, to: checkpoint.path)
        try writer.set(\.checkpoint.identity, to: identity)
        try writer.set(\.patchSize, to: clip.config.vision.patchSize)

        let texts = try classFeatures(images.values(\.classes.phrase), clip, device)
        let logitScale = try clip.logitScale()
        try copyLabels(from: images, to: writer)
        try writer.write(texts.prompts, to: \.classes.prompt)
        try writer.write(texts.features.floats(), shape: texts.features.shape, to: \.classes.textFeatures)
        try writer.write(logitScale, to: \.logitScale)

        var zeroShot = try ZeroShotCount(images)
        let (classes, dimension) = (texts.features.shape[0], clip.config.projectionDimension)
        let features = try writer.appender(to: \.images.features, rowShape: [dimension])
        let probabilities = try writer.appender(to: \.zeroShotProbabilities, rowShape: [classes])
        let time = try encode(stored, batch: batch, clip, device, texts.features, Double(logitScale)) { first, results in
            try zeroShot.add(predictions: results[2].ints(), firstImage: first)
            try features.append(results[0].floats())
            try probabilities.append(results[1].floats())
        }
        try writer.commit()
        return Result(
            images: stored.count, classes: classes, dimension: dimension, logitScale: logitScale,
            zeroShot: zeroShot.accuracy, seconds: (ContinuousClock.now - start) / .seconds(1),
            operationsPerSecond: Double(time.images) * clip.config.operationsPerImage / (time.computing / .seconds(1)),
            peakDeviceBytes: device.peakBytes)
    }

    private func copyLabels(
        from images: ArtifactReader<ImagesSchema>, to writer: ArtifactWriter<FeaturesSchema>
    ) throws {
        try writer.write(images.values(\.classes.name), to: \.classes.name)
        try writer.write(images.values(\.classes.phrase), to: \.classes.phrase)
        try writer.write(images.values(\.images.name), to: \.images.name)
        try writer.write(images.values(\.images.label), to: \.images.label)
        try writer.write(images.values(\.images.split), to: \.images.split)
    }

    /// The texts that stand for the classes, one a line where there are several templates, and their
    /// features, `[classes, dim]` in float32: the normalised mean over the templates of the normalised features.
    private func classFeatures(
        _ phrases: [String], _ clip: CLIPCheckpoint, _ device: Tensors.Device
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

    /// Passes the features of every batch of images, L2-normalised float32, with the probability of every class and the most
    /// likely one, to `take` with the number of the batch's first image.
    private func encode(
        _ stored: StoredImages, batch: Int, _ clip: CLIPCheckpoint, _ device: Tensors.Device, _ texts: Tensor,
        _ logitScale: Double, take: (Int, [Tensor]) throws -> Void
    ) throws -> BatchedViews.Time {
        let encoder = try clip.visionEncoder(dtype: settings.precision.dtype, device: device)
        let texts = try texts.to(device)
        let size = clip.config.vision.imageSize
        let view = try EvaluationView(of: clip)
        let progress = ProgressBar("embedding", total: stored.count, unit: "images", quiet: quiet)
        defer { progress.finish() }
        return try BatchedViews(count: stored.count, batch: batch, size: size, threads: settings.threads, device: device).run {
            try view.render($0.map(stored.image), into: $1)
        } compute: { views in
            let features = try encoder.forward(views).to(.float32).l2Normalized()
            let probabilities = try ZeroShot.probabilities(images: features, texts: texts, scale: logitScale)
            return try [features, probabilities, probabilities.argmax(dim: 1)]
        } take: { first, results in
            try take(first, results)
            progress.advance(by: results[0].shape[0])
        }
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

    init(_ images: ArtifactReader<ImagesSchema>) throws {
        labels = try images.indices(\.images.label, in: -1..<images.count(\.classes.name))
        isTest = try images.values(\.images.split).map { $0 == .test }
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
