import Methods
import Tensors

/// Prompt tuning in rounds: FPL, IFPL, GRIP, CPL, and, without pseudolabels, tuning on labels alone.
///
/// A round picks pseudolabels with the model that the round before left, puts the prompts back to a start, and learns for
/// a number of epochs from batches of the picked and the labeled images. Nothing is augmented.
///
/// Everything random is a function of the seed and of counters, so that a run which is put back to the end of an epoch
/// (`restore`) goes on as if it had never stopped.
public struct PromptTuning: Training {
    public let model: PromptedCLIP
    public let data: TrainingData
    public let options: PromptTuningOptions
    public let optimizer: SGD
    public private(set) var state: TrainingState
    public private(set) var cost = TrainingCost()

    /// The processes that train together: each learns from its share of every batch, and all take the same step.
    private let group: ProcessGroup
    private let selection: PseudolabelSelection?
    /// The features of all images where they do not change, `[images, dim]`.
    private let fixedFeatures: Tensor?
    private let initialValues: [Tensor]
    private let rateSchedule: LearningRateSchedule
    private let trainedLabels: [LabeledImage]
    /// w of the loss, a row per example; nil before it is first renewed in a round.
    private var confidences: Tensor?

    /// - Parameters:
    ///   - selection: picks the pseudolabels of later rounds; nil for none.
    ///   - features: normalised features of all images by CLIP as it is, `[images, dim]`, in place of encoding
    ///     them again where the prompts leave images as they are; nil to encode.
    public init(
        model: PromptedCLIP, data: TrainingData, selection: PseudolabelSelection?, options: PromptTuningOptions,
        features: Tensor? = nil
    ) throws {
        self.model = model
        self.data = data
        self.selection = selection
        self.options = options
        group = model.group
        optimizer = try SGD(model.prompts.parameters, weightDecay: options.weightDecay)
        initialValues = try model.prompts.parameters.map { try $0.value.detached().cloned() }
        fixedFeatures = model.modality.changesImages ? nil : try features?.to(model.device)
        rateSchedule = LearningRateSchedule(
            peak: options.learningRate, warmup: min(options.warmup, options.epochs), total: options.epochs)
        trainedLabels = HoldOut.kept(of: data.labeled.count, share: options.heldOut).map { data.labeled[$0] }
        state = TrainingState(pseudolabels: data.pseudolabels, seed: options.seed, data: data)
    }

    private var rounds: Int { options.schedule.rounds }
    public var totalEpochs: Int { model.prompts.parameters.isEmpty ? 0 : rounds * options.epochs }

    public var isFinished: Bool { state.epoch >= totalEpochs }
    public var remaining: (count: Int, unit: String) { (max(0, totalEpochs - state.epoch), "epochs") }

    public mutating func restore(_ state: TrainingState) {
        self.state = state
        confidences = nil
    }

    public mutating func runEpoch(
        on pixels: some PixelSource, progress: (_ iteration: Int) -> Void = { _ in }
    ) throws -> EpochRecord {
        var cost = cost
        defer { self.cost = cost }
        let (round, epoch) = state.epoch.quotientAndRemainder(dividingBy: options.epochs)
        if epoch == 0 {
            if round > 0 { try cost.measure(.predictions) { try beginRound(round + 1, on: pixels) } }
            confidences = nil
        }
        let examples = examples(round: round + 1)
        if epoch > 0, options.loss.renewsConfidences, confidences == nil {
            confidences = try renewedConfidences(examples.pseudolabeled, on: pixels)
        }
        let rate = rateSchedule.rate(at: epoch)
        var record = EpochRecord(
            epoch: state.epoch, classCount: data.classCount,
            marginScale: [Float](repeating: 0, count: data.classCount))
        let matched = state.pseudolabels.joined().filter { $0.origin != .candidate }
        record.pseudolabelCount = matched.count
        record.pseudolabelAccuracy = data.accuracy(of: matched)

        let batches = batches(count: examples.mixed.count)
        var given: [(labeled: Tensor?, pseudolabeled: Tensor?)] = []
        for (iteration, batch) in batches.enumerated() {
            let chosen = batch.map { examples.mixed[$0] }
            let shares = try losses(chosen, examples, on: pixels, &cost)
            let losses = try cost.measure(.processes) { try summed(shares) }
            let terms = [shares.labeled, shares.pseudolabeled].compactMap { $0 }
            if losses.labeled != nil || losses.pseudolabeled != nil {
                if model.device == .cpu {
                    let total = try (losses.labeled?.item() ?? 0) + (losses.pseudolabeled?.item() ?? 0)
                    guard total.isFinite else { throw divergence(iteration) }
                }
                if let first = terms.first {
                    try cost.measure(.losses) { try terms.dropFirst().reduce(first) { try $0 + $1 }.backward() }
                }
                try cost.measure(.processes) { try shares.texts.sumGradient() }
                try cost.measure(.textGradients) { try shares.texts.backward() }
                try cost.measure(.processes) { try optimizer.sumGradients(over: group) }
                try cost.measure(.optimizer) { try optimizer.step(rate: rate, gradientNorm: options.gradientNorm) }
            }
            given.append(losses)
            cost.endIteration()
        }
        try add(given, to: &record, rate: rate)
        if options.loss.renewsConfidences {
            confidences = try renewedConfidences(examples.pseudolabeled, on: pixels)
        }
        state.epoch += 1
        progress(1)
        return record
    }

    /// A process's share of a batch's losses, weighted; nil where there is nothing of the kind.
    private struct LossShares {
        var labeled: Tensor?
        var pseudolabeled: Tensor?
        /// Images of each kind that all processes together have.
        let labeledCount: Int, pseudolabeledCount: Int
        let texts: SharedTexts
    }

    /// The losses over all processes.
    private func summed(_ shares: LossShares) throws -> (labeled: Tensor?, pseudolabeled: Tensor?) {
        guard !group.isAlone else { return try (shares.labeled?.detached(), shares.pseudolabeled?.detached()) }
        let zero = try Tensor.zeros([], device: model.device)
        let sums = try Tensor.stack([shares.labeled ?? zero, shares.pseudolabeled ?? zero]).detached()
        try group.sum(sums)
        return try (
            labeled: shares.labeledCount > 0 ? sums.select(dim: 0, index: 0) : nil,
            pseudolabeled: shares.pseudolabeledCount > 0 ? sums.select(dim: 0, index: 1) : nil
        )
    }

    /// Takes the losses of an epoch's batches in. A device is waited for here alone.
    private func add(
        _ losses: [(labeled: Tensor?, pseudolabeled: Tensor?)], to record: inout EpochRecord, rate: Double
    ) throws {
        let known = losses.flatMap { [$0.labeled, $0.pseudolabeled].compactMap { $0 } }
        var values = try (known.isEmpty ? [] : Tensor.stack(known).doubles())[...]
        for (iteration, batch) in losses.enumerated() {
            let labeled = batch.labeled.map { _ in values.removeFirst() }
            let pseudolabeled = batch.pseudolabeled.map { _ in values.removeFirst() }
            guard ((labeled ?? 0) + (pseudolabeled ?? 0)).isFinite else { throw divergence(iteration) }
            record.add(
                (pseudolabeled: pseudolabeled, labeled: labeled, unlabeled: nil), passed: [], of: losses.count, rate: rate)
        }
    }

    private func divergence(_ iteration: Int) -> CAPError {
        CAPError(
            """
            the loss is no longer a number in epoch \(state.epoch + 1), batch \(iteration + 1): lower the learning rate, or use \
            fp32
            """)
    }

    // MARK: - Rounds

    /// k of a round (counted from 1).
    public func count(round: Int) -> Int {
        options.schedule.count(
            round: round, images: data.unlabeled.count, classes: data.growingClasses.count)
    }

    /// Picks the pseudolabels of a round with the model as it is, then puts the prompts back. Labeled batches begin a new pass.
    private mutating func beginRound(_ round: Int, on pixels: some PixelSource) throws {
        state.labeledStream.endPass()
        if let selection {
            let probabilities = try withoutGradients {
                let text = try model.textFeatures().rows(selection.classes)
                return try gathered(data.unlabeled, width: selection.classes.count) {
                    try model.probabilities(image: features($0, on: pixels), text: text)
                }.floats()
            }
            let picked = try selection.pick(
                from: data.unlabeled, probabilities: probabilities, count: count(round: round),
                previous: state.pseudolabels, origin: .training)
            state.renewPseudolabels(picked)
        }
        for (parameter, initial) in zip(optimizer.parameters, initialValues) where !goesOn(parameter) {
            try parameter.value.assign(initial)
        }
        for momentum in optimizer.momenta { try momentum.multiplyInPlace(0) }
    }

    /// Whether a parameter keeps its value from round to round.
    private func goesOn(_ parameter: NamedParameter) -> Bool {
        switch options.restart {
        case .fresh: false
        case .warm: true
        case .reference:
            switch model.modality {
            case .text: true
            case .multimodal, .multimodalJoint:
                ["text_context", "visual_context"].contains(parameter.name)
            case .none, .visual, .maple: false
            }
        }
    }

    // MARK: - Examples and losses

    /// An image with its label: the share of every candidate class.
    private struct Example {
        let image: Int
        let labels: [(label: Int, share: Float)]
        /// Position among the pseudolabeled examples; nil for a labeled image.
        let row: Int?
    }

    private struct Examples {
        var pseudolabeled: [Example] = []
        /// What the batches of an epoch are drawn from.
        var mixed: [Example] = []
        var weights: LabelWeights
    }

    private func examples(round: Int) -> Examples {
        let isSoft = options.softLabelsInFirstRound && round == 1
        var picked: [Example] = []
        if case .candidates? = selection?.rule {
            let byImage = Dictionary(grouping: state.pseudolabels.joined(), by: \.image)
            for (row, image) in byImage.keys.sorted().enumerated() {
                let candidates = (byImage[image] ?? []).sorted { $0.label < $1.label }
                picked.append(
                    Example(
                        image: image, labels: candidates.map { ($0.label, isSoft ? $0.confidence : 1) }, row: row))
            }
        } else {
            // What is held out are places in the list, so that the order of the classes decides which images they are.
            let list = data.growingClasses.flatMap { state.pseudolabels[$0] }
            let holdsOut = count(round: round) >= PromptTuningOptions.leastHeldOutCount
            let kept = HoldOut.kept(of: list.count, share: holdsOut ? options.heldOut : 0)
            for (row, position) in kept.enumerated() {
                picked.append(
                    Example(image: list[position].image, labels: [(list[position].label, 1)], row: row))
            }
        }
        let labeled = trainedLabels.map { Example(image: $0.image, labels: [($0.label, 1)], row: nil) }
        let isTransfer = !data.seen.isEmpty
        return Examples(
            pseudolabeled: picked,
            mixed: options.labeledImages == .mixed || picked.isEmpty ? picked + labeled : picked,
            weights: LabelWeights(
                labeled: labeled.count, pseudolabeled: picked.count, isTransfer: isTransfer,
                isIterative: options.isIterative, hasRoot: model.modality.isMultimodal, rule: options.labelWeight))
    }

    /// The positions of the epoch's batches in a new order.
    private func batches(count: Int) -> [[Int]] {
        var generator = SeededGenerator(seed: options.seed, stream: Self.batchStream + UInt64(state.epoch))
        let order = generator.permutation(count)
        var batches = stride(from: 0, to: count, by: options.batch).map {
            Array(order[$0..<min($0 + options.batch, count)])
        }
        if options.dropsLastBatch, batches.count > 1, let last = batches.last, last.count < options.batch {
            batches.removeLast()
        }
        return batches
    }

    /// This process's share of the weighted losses of a batch.
    private mutating func losses(
        _ batch: [Example], _ examples: Examples, on pixels: some PixelSource, _ cost: inout TrainingCost
    ) throws -> LossShares {
        var all = batch
        if options.labeledImages == .apart, !examples.pseudolabeled.isEmpty, !data.labeled.isEmpty {
            let size = options.batch * data.labeled.count / examples.pseudolabeled.count
            let labeled = state.labeledStream.nextOfPass(
                min(max(size, Self.labeledBatch.lowerBound), Self.labeledBatch.upperBound))
            all += labeled.map {
                Example(image: data.labeled[$0].image, labels: [(data.labeled[$0].label, 1)], row: nil)
            }
        }
        let batch = group.own(all)
        let encodedText = try cost.measure(.text) { try model.ownTextFeatures() }
        // A process that is alone goes backward through everything at once.
        let texts = try cost.measure(.processes) { try SharedTexts(encodedText, of: model, isCut: !group.isAlone) }
        let text = texts.all
        let image = try cost.measure(.images) { try features(batch.map(\.image), on: pixels) }
        cost.add(operations: model.operations(images: fixedFeatures == nil ? all.count : 0, learning: true))
        // Without pseudolabels zero-shot transfer learns to tell the seen classes apart, among themselves.
        let classes = selection == nil && !data.seen.isEmpty ? data.seen.sorted() : Array(0..<data.classCount)
        let logits = try model.logits(
            image: image, text: classes.count == data.classCount ? text : text.rows(classes))

        func loss(
            _ isWanted: (Example) -> Bool, of count: Int, _ loss: PartialLabelLoss, weight: Double
        ) throws -> Tensor? {
            let rows = batch.indices.filter { isWanted(batch[$0]) }
            guard !rows.isEmpty else { return nil }
            let labels = try targets(rows.map { batch[$0] }, classes: classes)
            let known = rows.compactMap { batch[$0].row }
            let confidences =
                try loss.renewsConfidences && known.count == rows.count
                ? self.confidences?.rows(known) ?? PartialLabelLoss.initialConfidences(labels: labels) : labels
            return try loss(logits: logits.rows(rows), labels: labels, confidences: confidences, of: count) * weight
        }
        let isApart = options.labeledImages == .apart
        let labeledCount = all.count { $0.row == nil }
        return try LossShares(
            labeled: loss({ $0.row == nil }, of: labeledCount, .ce, weight: isApart ? 1 : examples.weights.labeled),
            pseudolabeled: loss(
                { $0.row != nil }, of: all.count - labeledCount, options.loss,
                weight: isApart ? options.pseudolabelWeight : examples.weights.pseudolabeled),
            labeledCount: labeledCount, pseudolabeledCount: all.count - labeledCount, texts: texts)
    }

    /// y of examples, `[examples, classes]`.
    private func targets(_ examples: [Example], classes: [Int]) throws -> Tensor {
        let columns = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
        var values = [Float](repeating: 0, count: examples.count * classes.count)
        for (row, example) in examples.enumerated() {
            for (label, share) in example.labels {
                if let column = columns[label] { values[row * classes.count + column] = share }
            }
        }
        return try Tensor(values, shape: [examples.count, classes.count]).to(model.device)
    }

    private func renewedConfidences(_ examples: [Example], on pixels: some PixelSource) throws -> Tensor? {
        guard !examples.isEmpty else { return nil }
        return try withoutGradients {
            let text = try model.textFeatures()
            let classes = Array(0..<data.classCount)
            return try gathered(examples, width: classes.count) { batch in
                try options.loss.renewedConfidences(
                    logits: model.logits(image: features(batch.map(\.image), on: pixels), text: text),
                    labels: targets(batch, classes: classes))
            }
        }
    }

    /// What `rows` says of elements, some at a time, `[elements, width]`; each process asks it about its own share.
    private func gathered<Element>(
        _ elements: [Element], width: Int, _ rows: ([Element]) throws -> Tensor
    ) throws -> Tensor {
        let own = group.share(of: elements.count)
        let size = model.device.imagesAtOnce
        let parts = try stride(from: own.lowerBound, to: own.upperBound, by: size).map { start in
            try rows(Array(elements[start..<min(start + size, own.upperBound)]))
        }
        let rows = try parts.isEmpty ? Tensor.zeros([0, width], device: model.device) : .concat(parts, dim: 0)
        return try group.allGather(rows: rows, of: elements.count)
    }

    /// Features of images, `[images, dim]`.
    private func features(_ images: [Int], on pixels: some PixelSource) throws -> Tensor {
        if let fixedFeatures { return try fixedFeatures.rows(images) }
        return try model.imageFeatures(pixels.views(images))
    }

    /// The least and the most labeled images of a batch of their own.
    private static let labeledBatch = 8...256
    /// Where the streams of batches begin among those of the seed.
    private static let batchStream: UInt64 = 3 << 60
}
