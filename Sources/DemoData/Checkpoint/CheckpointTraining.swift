import CLIP
import FoundationEssentials
import Glibc
import Tensors

/// Trains the demo's small CLIP from nothing: rendered images, invented captions, CLIP's contrastive loss.
///
/// ```swift
/// try CheckpointTraining(seed: 1).run(into: URL(fileURLWithPath: "demo/checkpoint"), threads: 2)
/// ```
///
/// One thing differs from CLIP's recipe: the logit scale is not learned. A few hundred different captions would leave it
/// near 15, where CLIP's training ends at the 100 it is clamped to, so it is raised to 100 on a schedule.
public struct CheckpointTraining: Sendable {
    public var seed: UInt32
    public var steps = 1500
    public var batch = 128
    /// Rendered images of each class and distractor.
    public var imagesPerClass = 600
    public var learningRate = 2e-3
    public var weightDecay = 0.05
    public var config = CLIPConfig(
        text: TextConfig(
            transformer: TransformerConfig(width: 128, layers: 4, heads: 4, feedForwardWidth: 512),
            contextLength: 32),
        vision: VisionConfig(
            transformer: TransformerConfig(width: 128, layers: 4, heads: 4, feedForwardWidth: 512),
            imageSize: 48, patchSize: 8),
        projectionDimension: 128)

    private static let warmup = 40
    /// Different captions of a class in one batch; few of them make the text side cheap.
    private static let captionsPerClass = 3
    private static let merges = 1000
    private static let finalLogitScale = 100.0
    private static let initialLogitScale = 1 / 0.07

    public init(seed: UInt32) {
        self.seed = seed
    }

    /// What a run tells while it goes on.
    public enum Progress: Sendable {
        case rendered
        case step(loss: Double)
    }

    /// How many images are rendered before the first step.
    public var imageCount: Int { imagesPerClass * DemoClass.captioned.count }

    /// Trains and writes a checkpoint in Hugging Face's layout.
    public func run(
        into directory: URL, threads: Int, progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) throws {
        let book = CaptionBook()
        let vocabulary = ByteLevelVocabulary(captions: book.corpus, mergeCount: Self.merges)
        let tokenizer = try CLIPTokenizer(vocabulary: vocabulary.tokens, merges: vocabulary.merges)
        var config = config
        config.text.vocabularySize = tokenizer.vocabularySize
        config.text.endOfTextToken = tokenizer.endOfText

        let views = try TrainingViews(
            seed: seed, perClass: imagesPerClass, size: config.vision.imageSize, threads: threads
        ) { progress(.rendered) }
        let model = try CLIPModel(config, seed: UInt64(seed))
        try train(model, on: views, captions: book, tokenizer: tokenizer, progress: progress)

        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try vocabulary.write(to: directory)
        try PreprocessorFile(imageSize: config.vision.imageSize).write(to: directory)
        try model.save(in: directory, as: .float16)
    }

    private func train(
        _ model: CLIPModel, on views: TrainingViews, captions book: CaptionBook, tokenizer: CLIPTokenizer,
        progress: (Progress) -> Void
    ) throws {
        var random = RandomStream(seed: UInt64(seed))
        try model.setTrainable(true)
        var optimizer = try AdamW(
            model.parameters.filter { $0.tensor.rank > 0 }.map(\.tensor), weightDecay: weightDecay)
        var order: [Int] = []
        for step in 0..<steps {
            let scale = logitScale(at: step)
            if order.count < batch {
                order = views.labels.indices.shuffled(using: &random)
            }
            let images = Array(order.suffix(batch))
            order.removeLast(batch)

            let captions = drawCaptions(for: images.map { views.labels[$0] }, from: book, using: &random)
            let texts = try model.text.batch(
                captions.texts.map { tokenizer.tokens($0, contextLength: config.text.contextLength) })
            let imageFeatures = try model.vision.forward(views.batch(images, using: &random)).l2Normalized()
            let textFeatures = try model.text.forward(texts).l2Normalized()
            let logits = try imageFeatures.matmul(textFeatures.transposed(0, 1)) * scale
            let loss = try contrastiveLoss(logits, captions.ofImage)
            try loss.backward()
            try optimizer.step(learningRate: rate(at: step), maximumNorm: 1)
            progress(.step(loss: try loss.item()))
        }
        try model.setTrainable(false)
        try model.logitScale.assign(Tensor.full(log(Self.finalLogitScale), shape: []))
    }

    /// A caption for every image of a batch, the same caption for several images of a class.
    private func drawCaptions(
        for labels: [Int], from book: CaptionBook, using random: inout RandomStream
    ) -> (texts: [String], ofImage: [Int]) {
        let pool = DemoClass.captioned.map { kind in
            (0..<Self.captionsPerClass).map { _ in book.caption(for: kind, using: &random) }
        }
        var number: [String: Int] = [:]
        var texts: [String] = []
        let ofImage = labels.map { label in
            let text = pool[label][random.integer(0...Self.captionsPerClass - 1)]
            if let known = number[text] { return known }
            number[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
        return (texts, ofImage)
    }

    /// CLIP's symmetric cross entropy where several images may share a caption: an image picks its caption among the
    /// batch's different ones, a caption each of its images among all.
    ///
    /// - Parameter logits: `[images, captions]`.
    private func contrastiveLoss(_ logits: Tensor, _ captions: [Int]) throws -> Tensor {
        let rows = try Tensor(indices: captions.indices)
        let columns = try Tensor(indices: captions)
        let toCaption = try logits.logSoftmax(dim: 1).at(rows: rows, columns: columns).mean()
        var counts = [Int](repeating: 0, count: logits.shape[1])
        for caption in captions { counts[caption] += 1 }
        // The mean over captions of the mean over a caption's images.
        let weights = captions.map { 1 / Float(counts[$0]) / Float(counts.count) }
        let toImage = try
            (logits.logSoftmax(dim: 0).at(rows: rows, columns: columns)
            * Tensor(weights, shape: [weights.count])).sum()
        return try (toCaption + toImage) * -0.5
    }

    /// Linear warm-up, then a cosine down to a hundredth.
    private func rate(at step: Int) -> Double {
        let warm = min(1, Double(step + 1) / Double(Self.warmup))
        let progress = Double(max(0, step - Self.warmup)) / Double(max(1, steps - Self.warmup))
        return learningRate * warm * (0.01 + 0.99 * 0.5 * (1 + cos(.pi * progress)))
    }

    /// From CLIP's first value to its last, along the middle of training.
    private func logitScale(at step: Int) -> Double {
        let progress = min(1, max(0, (Double(step) / Double(steps) - 0.35) / 0.4))
        return exp(log(Self.initialLogitScale) * (1 - progress) + log(Self.finalLogitScale) * progress)
    }
}
