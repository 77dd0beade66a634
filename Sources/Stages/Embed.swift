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
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let device = try settings.compute.begin()
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
                sources: checkpoint.sources(), software: SoftwareVersions.current, seed: nil))
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
        let encoding = try encode(stored, clip, device) { first, batch in
            let confidences = try ZeroShot.probabilities(images: batch, texts: texts.features, scale: Double(logitScale))
            try zeroShot.add(predictions: confidences.argmax(dim: 1).ints(), firstImage: first)
            try features.append(batch.floats())
            try probabilities.append(confidences.floats())
        }
        try writer.commit()
        return Result(
            images: stored.count, classes: classes, dimension: dimension, logitScale: logitScale,
            zeroShot: zeroShot.accuracy, seconds: (ContinuousClock.now - start) / .seconds(1),
            operationsPerSecond: Double(stored.count) * clip.config.operationsPerImage
                / (encoding / .seconds(1)))
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

    /// Passes the features of every batch of images, L2-normalised float32 on the CPU, to `take` with the
    /// number of the batch's first image.
    ///
    /// - Returns: the time spent in the vision transformer.
    private func encode(
        _ stored: StoredImages, _ clip: CLIPCheckpoint, _ device: Tensors.Device,
        take: (Int, Tensor) throws -> Void
    ) throws -> Duration {
        let encoder = try clip.visionEncoder(dtype: settings.precision.dtype, device: device)
        let (size, batch, count) = (clip.config.vision.imageSize, settings.batch, stored.count)
        let view = try EvaluationView(of: clip)
        let progress = ProgressBar("embedding", total: count, unit: "images", quiet: quiet)
        defer { progress.finish() }
        var encoding = Duration.zero
        // The next batches' views are made while the encoder is at work.
        try OrderedProduction.run(count: (count + batch - 1) / batch, threads: settings.threads) {
            { index in
                let members = index * batch..<min((index + 1) * batch, count)
                return try [UInt8](unsafeUninitializedCapacity: members.count * size * size * 3) {
                    pixels, filled in
                    try view.render(members.map(stored.image), into: pixels)
                    filled = pixels.count
                }
            }
        } take: { index, pixels in
            let start = ContinuousClock.now
            let images = pixels.count / (size * size * 3)
            let features = try withoutGradients {
                try encoder.forward(Tensor(pixels, shape: [images, size, size, 3]).to(device))
                    .to(.float32).l2Normalized().to(.cpu)
            }
            encoding += ContinuousClock.now - start
            try take(index * batch, features)
            progress.advance(by: images)
        }
        return encoding
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
