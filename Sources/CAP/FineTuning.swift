import Methods
import Tensors

/// CAP's training: prompts and adapters learn from pseudolabels, from labels where there are any, and from what the
/// model itself is confident of, under a margin that is renewed every epoch (CAP, Eq. 8–14 and Appendix B.4).
///
///     var training = try FineTuning(model: model, data: data, options: options)
///     while !training.isFinished {
///         let epoch = try training.runEpoch(on: pixels)
///         print(epoch.lossPseudolabeled, epoch.pseudolabelCount)
///     }
///
/// Everything random is a function of the seed and of counters, so that a run which is put back to the end of an epoch
/// (`restore`) goes on as if it had never stopped.
public struct FineTuning: Training {
    public let model: PromptedCLIP
    public let adapters: Adapters
    public let data: TrainingData
    public let options: TrainingOptions
    public let optimizer: SGD
    /// The processes that train together: each learns from its share of every batch, and all take the same step.
    let group: ProcessGroup

    /// What changes from epoch to epoch besides the parameters.
    public private(set) var state: TrainingState
    /// What the epochs that this value ran took.
    public private(set) var cost = TrainingCost()

    let schedule: LearningRateSchedule
    /// The iteration as a device does it, once there was one.
    var deviceIteration: DeviceIteration?
    /// How long the lists of pseudolabels become.
    public let growth: PseudolabelGrowth

    public init(model: PromptedCLIP, data: TrainingData, options: TrainingOptions) throws {
        self.model = model
        self.data = data
        self.options = options
        group = model.group
        adapters = try Adapters(
            dim: model.dim, device: model.device, seed: options.seed, sharesVisual: options.sharesAdapter)
        optimizer = try SGD(model.prompts.parameters + adapters.parameters, weightDecay: options.weightDecay)
        schedule = LearningRateSchedule(
            peak: options.learningRate, warmup: options.iterations, total: options.epochs * options.iterations)
        growth = PseudolabelGrowth(
            initialCount: options.pseudolabelsPerClass,
            unlabeledPerClass: data.unlabeled.count / max(1, data.growingClasses.count),
            ratio: options.growthRatio, epochs: options.epochs)
        state = TrainingState(pseudolabels: data.pseudolabels, seed: options.seed, data: data)
    }

    public var totalEpochs: Int { options.epochs }
    public var isFinished: Bool { state.epoch >= totalEpochs }
    public var remaining: (count: Int, unit: String) {
        (max(0, options.epochs - state.epoch) * options.iterations, "iterations")
    }

    /// Goes on from `state`, with the parameters and momenta already put back by the caller.
    public mutating func restore(_ state: TrainingState) {
        self.state = state
    }

    /// One epoch: the margin, the iterations, and where the schedule says so longer lists of pseudolabels.
    ///
    /// - Parameters:
    ///   - pixels: gives the views of the training images.
    ///   - progress: told after every iteration how many of the epoch's are done.
    /// - Throws: `CAPError` where the loss is no longer a number.
    public mutating func runEpoch(
        on pixels: some PixelSource, progress: (_ iteration: Int) -> Void = { _ in }
    ) throws -> EpochRecord {
        var cost = cost
        defer { self.cost = cost }
        let margin = try cost.measure(.margin) { try renewedMargin(on: pixels) }
        var record = EpochRecord(epoch: state.epoch, classCount: data.classCount, marginScale: margin.scales)
        record.pseudolabelCount = state.pseudolabels.joined().count
        record.pseudolabelAccuracy = data.accuracy(of: state.pseudolabels.joined())
        let examples = state.pseudolabels.flatMap { $0 }
        let batches = (0..<options.iterations).map { iteration in
            Batch(
                step: state.epoch * options.iterations + iteration,
                pseudolabeled: state.pseudolabeledStream.next(options.batch).map { examples[$0] },
                unlabeled: state.unlabeledStream.next(options.batch).map { data.unlabeled[$0] },
                labeled: state.labeledStream.next(options.batch).map { data.labeled[$0] })
        }
        let confident =
            try model.device == .cpu
            ? iterate(batches, margin: margin.matrix, on: pixels, into: &record, &cost, progress)
            : iterateOnDevice(batches, margin: margin.matrix, on: pixels, into: &record, &cost, progress)

        state.confidentPerClass = record.confidentPerClass
        if growth.renews(afterEpoch: state.epoch) {
            state.renewPseudolabels(
                PseudolabelGrowth.renewed(
                    state.pseudolabels, with: confident, classes: data.growingClasses,
                    capacity: growth.capacity(afterEpoch: state.epoch), nameRanks: data.nameRanks))
        }
        state.epoch += 1
        return record
    }

    /// What the streams give an iteration.
    struct Batch: Sendable {
        /// The iteration over the whole run.
        let step: Int
        let pseudolabeled: [Pseudolabel]
        let unlabeled: [Int]
        let labeled: [LabeledImage]
    }

    func divergence(_ iteration: Int) -> CAPError {
        CAPError(
            """
            the loss is no longer a number in epoch \(state.epoch + 1), iteration \(iteration + 1): lower the learning rate, \
            or use fp32
            """)
    }

    /// The iterations of an epoch on the CPU; returns what was predicted with confidence in them.
    private func iterate(
        _ batches: [Batch], margin: Tensor, on pixels: some PixelSource, into record: inout EpochRecord,
        _ cost: inout TrainingCost, _ progress: (Int) -> Void
    ) throws -> [Pseudolabel] {
        var confident: [Pseudolabel] = []
        for (iteration, batch) in batches.enumerated() {
            let (pseudolabeled, labeled) = (group.own(batch.pseudolabeled), group.own(batch.labeled))
            let rate = schedule.rate(at: batch.step)

            // One set of text features serves every stream of the iteration. The encoders' results are leaves, whose
            // gradients go on into the encoders once all losses have added theirs.
            let encodedText = try cost.measure(.text) { try model.ownTextFeatures() }
            let texts = try cost.measure(.processes) { try SharedTexts(encodedText, of: model) }
            let text = try adapters.text(texts.all)

            // What the model is confident of on the plain view is what it has to say of the augmented one.
            let unlabeledViews = try cost.measure(.views) { try pixels.views(group.own(batch.unlabeled)) }
            let best = try cost.measure(.predictions) {
                try withoutGradients { try mostLikely(of: unlabeledViews, text: text.detached()) }
            }
            let predicted = try cost.measure(.processes) { try predictions(of: batch.unlabeled, best) }
            let confidentOnes = predicted.filter { Double($0.confidence) > options.threshold }
            confident += confidentOnes
            // Which images passed is known to all, so that all have as many of them to learn from.
            let passed = group.own(confidentOnes)

            // One pass of the image encoder for all the streams that learn; only augmented views that passed take part.
            let views = try cost.measure(.views) {
                try Tensor.concat(
                    [
                        pixels.views(pseudolabeled.map(\.image) + labeled.map(\.image)),
                        pixels.augmentedViews(passed.map(\.image), step: batch.step),
                    ], dim: 0)
            }
            let encodedImages = try cost.measure(.images) { try model.imageFeatures(views) }
            let features = try encodedImages.asLeaf()
            /// The share of a stream's loss that these labels have.
            func loss(_ adapter: Adapter, _ labels: [Int], of count: Int, start: Int) throws -> Tensor? {
                guard !labels.isEmpty else { return nil }
                let image = try adapter(features.narrow(dim: 0, start: start, length: labels.count))
                return try marginLoss(
                    logits: model.logits(image: image, text: text), labels: Tensor(indices: labels).to(model.device),
                    margin: margin, of: count)
            }
            let counts = [batch.pseudolabeled.count, batch.labeled.count, confidentOnes.count]
            let shares = try cost.measure(.losses) {
                try [
                    loss(adapters.main, pseudolabeled.map(\.label), of: counts[0], start: 0),
                    loss(adapters.main, labeled.map(\.label), of: counts[1], start: pseudolabeled.count),
                    loss(adapters.pseudo, passed.map(\.label), of: counts[2], start: pseudolabeled.count + labeled.count),
                ]
            }
            let losses = try cost.measure(.processes) { try group.sums(shares.map { try $0?.item() ?? 0 }) }
            guard losses.reduce(0, +).isFinite else { throw divergence(iteration) }
            let terms = shares.compactMap { $0 }
            if let first = terms.first {
                try cost.measure(.losses) { try terms.dropFirst().reduce(first) { try $0 + $1 }.backward() }
            }
            if model.modality.changesImages, let gradient = try features.grad {
                try cost.measure(.imageGradients) { try encodedImages.backward(gradient) }
            }
            if counts.contains(where: { $0 > 0 }) {
                try cost.measure(.processes) { try texts.sumGradient() }
                if model.modality.changesTexts { try cost.measure(.textGradients) { try texts.backward() } }
                try cost.measure(.processes) { try optimizer.sumGradients(over: group) }
                try cost.measure(.optimizer) { try optimizer.step(rate: rate) }
            }
            cost.add(
                operations: model.operations(images: batch.unlabeled.count, learning: false)
                    + model.operations(images: counts.reduce(0, +), learning: true))
            cost.endIteration()
            let known = zip(losses, counts).map { $1 > 0 ? $0 : nil }
            record.add(
                (pseudolabeled: known[0], labeled: known[1], unlabeled: known[2]), passed: confidentOnes,
                of: options.iterations, rate: rate)
            progress(iteration + 1)
        }
        return confident
    }

    /// The most likely class of every view and its probability, from the plain view through the main adapter: `[views, 2]`, float64.
    private func mostLikely(of views: Tensor, text: Tensor) throws -> Tensor {
        guard views.shape[0] > 0 else { return try .zeros([0, 2], dtype: .float64) }
        let features = try adapters.main(model.imageFeatures(views))
        let best = try model.probabilities(image: features, text: text).max(dim: 1)
        return try .stack([best.indices.to(.float64), best.values.to(.float64)], dim: 1).to(.cpu)
    }

    /// What was predicted of all `images`, from what this process has found of its own.
    private func predictions(of images: [Int], _ best: Tensor) throws -> [Pseudolabel] {
        let values = try group.allGather(rows: best, of: images.count).doubles()
        return images.enumerated().map { position, image in
            Pseudolabel(
                image: image, label: Int(values[2 * position]), confidence: Float(values[2 * position + 1]), origin: .training)
        }
    }

    /// M of the coming epoch, from the last one's counts and the model as it is now; none before there are counts.
    private func renewedMargin(on pixels: some PixelSource) throws -> ConfusionAwareMargin.Margin {
        guard let counts = state.confidentPerClass, counts.contains(where: { $0 > 0 }) else {
            return try ConfusionAwareMargin.none(classCount: data.classCount, device: model.device)
        }
        return try withoutGradients {
            let text = try model.textFeatures()
            return try options.confusionMargin.margin(
                confidentCounts: counts, seen: data.seen, prototypes: prototypes(text: text, on: pixels), text: text,
                logitScale: model.logitScale)
        }
    }

    /// V: the mean main-adapter feature of each class's pseudolabels, normalised, `[classes, dim]`; the text feature of a
    /// class that has none. Seen classes (TRZSL) go by their first k labeled images, as in the reference.
    private func prototypes(text: Tensor, on pixels: some PixelSource) throws -> Tensor {
        var lists = state.pseudolabels.map { $0.map(\.image) }
        let seen = Set(data.seen)
        for labeled in data.labeled
        where seen.contains(labeled.label) && lists[labeled.label].count < options.pseudolabelsPerClass {
            lists[labeled.label].append(labeled.image)
        }

        var sums = try Tensor.zeros([data.classCount, model.dim], device: model.device)
        let examples = lists.enumerated().flatMap { label, images in images.map { (image: $0, label: label) } }
        let size = model.device.imagesAtOnce
        let own = group.share(of: examples.count)
        for start in stride(from: own.lowerBound, to: own.upperBound, by: size) {
            let batch = examples[start..<min(start + size, own.upperBound)]
            let features = try adapters.main(model.imageFeatures(pixels.views(batch.map(\.image))))
            let labels = try Tensor(indices: batch.map(\.label)).to(model.device)
            sums = try sums + features.sumRows(by: labels, rowCount: data.classCount)
        }
        try group.sum(sums)
        let hasExamples = try Tensor(lists.map { Float($0.count) }, shape: [data.classCount, 1])
            .isGreater(than: 0).to(model.device)
        return try Tensor.choose(hasExamples, sums, else: text).l2Normalized()
    }
}
