import Methods
import Parallel
import Tensors

/// An iteration of CAP's training as a GPU does it: without being waited for, in buffers that stay.
///
/// All augmented views take part, and those of images that the model is not confident of count for nothing, so that what is computed
/// does not depend on what was predicted. That makes an iteration the same work each time: after a few it is recorded, and
/// replayed from then on, since its more than a thousand small parts cost longer to be asked for than to be done. Several processes,
/// each with a device, learn from their shares of the images, and record nothing.
final class DeviceIteration {
    /// How many images of each kind an iteration has.
    struct Shape: Equatable {
        let pseudolabeled: Int, labeled: Int, unlabeled: Int

        /// A process's share.
        func share(in group: ProcessGroup) -> Shape {
            Shape(
                pseudolabeled: group.share(of: pseudolabeled).count, labeled: group.share(of: labeled).count,
                unlabeled: group.share(of: unlabeled).count)
        }
    }

    /// Over all processes, and of this one.
    let shape: Shape
    private let own: Shape
    private var group: ProcessGroup { model.group }
    private let model: PromptedCLIP
    private let adapters: Adapters
    private let optimizer: SGD
    private let threshold: Double
    private let records: Bool

    /// The plain views of the unlabeled images, then the views of the pseudolabeled and of the labeled ones, then the
    /// augmented ones: `[images, size, size, 3]`.
    private let pixels: Tensor
    /// Of this process's pseudolabeled and labeled images.
    private let labels: Tensor
    private let margin: Tensor
    private let rate: Tensor
    /// The three losses over all processes, then of every unlabeled image its class, its probability and whether that passed: as float32,
    /// `[3 + 3 · unlabeled]`.
    private let outcome: Tensor

    private var recorded: RecordedWork?
    private var iterations = 0

    /// Iterations before the one that is recorded: in them libraries choose their algorithms, and take their memory.
    static let iterationsBeforeRecording = 3

    /// Iterations that a device may have before it: enough that it never waits for the next, and no more than their views have room
    /// beside what it computes with.
    static let mostAtOnce = 2

    /// - Parameter records: whether to record the iteration where the device can.
    init(
        _ shape: Shape, model: PromptedCLIP, adapters: Adapters, optimizer: SGD, threshold: Double, classCount: Int, records: Bool
    ) throws {
        (self.shape, self.model, self.adapters, self.optimizer, self.threshold) = (shape, model, adapters, optimizer, threshold)
        self.records = records && RecordedWork.isPossible && model.group.isAlone
        own = shape.share(in: model.group)
        let (device, size) = (model.device, model.imageSize)
        let learned = own.pseudolabeled + own.labeled
        pixels = try .zeros([own.unlabeled * 2 + learned, size, size, 3], dtype: .uint8, device: device)
        labels = try .zeros([learned], dtype: .int64, device: device)
        margin = try .zeros([classCount, classCount], device: device)
        rate = try .zeros([], device: device)
        outcome = try .zeros([3 + 3 * shape.unlabeled], device: device)
    }

    /// Whether the last iteration was the first that was replayed, or the first with memory for all views that wait at a time.
    var hasJustSettled: Bool { iterations == Self.iterationsBeforeRecording + 1 || iterations == 40 }

    func setMargin(_ margin: Tensor) throws { try self.margin.assign(margin) }

    /// Gives the device an iteration.
    ///
    /// - Parameters:
    ///   - views: in the order of `pixels`.
    /// - Returns: the outcome, on its way to the CPU.
    func run(
        views: Tensor, labels: [Int], rate: Double, measuring cost: inout TrainingCost, profiles: Bool
    ) throws -> Download {
        try pixels.assign(views.uploaded(to: model.device))
        if !labels.isEmpty { try self.labels.assign(Tensor(indices: labels).to(model.device)) }
        try self.rate.fillInPlace(rate)
        if let recorded {
            try recorded.replay()
        } else if records, !profiles, iterations >= Self.iterationsBeforeRecording {
            let work = try RecordedWork { try compute(measuring: &cost, profiles: false) }
            try work.replay()
            recorded = work
        } else {
            try compute(measuring: &cost, profiles: profiles)
        }
        iterations += 1
        return try outcome.downloading()
    }

    /// - Parameter profiles: whether the device is waited for after each phase, so that its time is known.
    private func compute(measuring cost: inout TrainingCost, profiles: Bool) throws {
        func phase<Result>(_ phase: TrainingCost.Phase, _ body: () throws -> Result) throws -> Result {
            profiles ? try cost.measure(phase, on: model.device, body) : try body()
        }
        let encodedText = try phase(.text) { try model.ownTextFeatures() }
        let texts = try phase(.processes) { try SharedTexts(encodedText, of: model) }
        let text = try adapters.text(texts.all)
        let predicted = try phase(.predictions) { try shape.unlabeled > 0 ? predictions(text: text.detached()) : nil }
        // How many passed, over all processes.
        let passedCount = try predicted?.passed.to(.float32).sum()
        if let passedCount { try phase(.processes) { try group.sum(passedCount) } }
        let encodedImages = try phase(.images) {
            let learned = pixels.shape[0] - own.unlabeled
            return try model.imageFeatures(pixels.narrow(dim: 0, start: own.unlabeled, length: learned))
        }
        let features = try encodedImages.asLeaf()
        func logits(_ adapter: Adapter, start: Int, count: Int) throws -> Tensor {
            try model.logits(image: adapter(features.narrow(dim: 0, start: start, length: count)), text: text)
        }
        func loss(start: Int, count: Int, of all: Int) throws -> Tensor? {
            guard count > 0 else { return nil }
            return try marginLoss(
                logits: logits(adapters.main, start: start, count: count),
                labels: labels.narrow(dim: 0, start: start, length: count),
                margin: margin, of: all)
        }
        let learned = own.pseudolabeled + own.labeled
        let losses = try phase(.losses) {
            let losses = try [
                loss(start: 0, count: own.pseudolabeled, of: shape.pseudolabeled),
                loss(start: own.pseudolabeled, count: own.labeled, of: shape.labeled),
                own.unlabeled == 0
                    ? nil
                    : predicted.map {
                        try marginLoss(
                            logits: logits(adapters.pseudo, start: learned, count: own.unlabeled), labels: $0.labels,
                            margin: margin,
                            counted: $0.passed, of: group.isAlone ? nil : passedCount)
                    },
            ]
            let terms = losses.compactMap { $0 }
            if let first = terms.first { try terms.dropFirst().reduce(first) { try $0 + $1 }.backward() }
            return losses
        }
        if model.modality.changesImages, let gradient = try features.grad {
            try phase(.imageGradients) { try encodedImages.backward(gradient) }
        }
        try phase(.processes) { try texts.sumGradient() }
        if model.modality.changesTexts { try phase(.textGradients) { try texts.backward() } }
        try phase(.processes) { try optimizer.sumGradients(over: group) }
        // What only images learned from confidence change is left alone where there are none, as on the CPU.
        let anyPassed = try passedCount?.isGreater(than: 0)
        try phase(.optimizer) {
            try optimizer.step(rate: rate) { parameter in
                shape.pseudolabeled + shape.labeled == 0 || parameter.name.hasPrefix(Adapters.pseudoName) ? anyPassed : nil
            }
        }
        let zero = try Tensor.zeros([], device: model.device)
        let sums = try Tensor.stack(losses.map { try $0?.detached() ?? zero })
        let found = try predicted.map { try [$0.labels.to(.float32), $0.confidences, $0.passed.to(.float32)] } ?? []
        let all = try phase(.processes) {
            try group.sum(sums)
            return try found.map { try group.allGather(rows: $0, of: shape.unlabeled) }
        }
        try outcome.assign(.concat([sums] + all, dim: 0))
    }

    /// Of every unlabeled image the most likely class, its probability, and whether that passes the threshold, from the plain view
    /// through the main adapter.
    private func predictions(text: Tensor) throws -> (labels: Tensor, confidences: Tensor, passed: Tensor) {
        try withoutGradients {
            let features = try adapters.main(model.imageFeatures(pixels.narrow(dim: 0, start: 0, length: own.unlabeled)))
            let best = try model.probabilities(image: features, text: text).max(dim: 1)
            return try (best.indices, best.values, best.values.isGreater(than: threshold))
        }
    }
}

extension FineTuning {
    /// The iterations of an epoch on a device, which always has the next one before it when one ends; returns what was predicted with
    /// confidence in them. Views are made on other threads meanwhile, those of images that turn out not to count included.
    mutating func iterateOnDevice(
        _ batches: [Batch], margin: Tensor, on pixels: some PixelSource, into record: inout EpochRecord,
        _ cost: inout TrainingCost, _ progress: (Int) -> Void
    ) throws -> [Pseudolabel] {
        guard let first = batches.first else { return [] }
        let shape = DeviceIteration.Shape(
            pseudolabeled: first.pseudolabeled.count, labeled: first.labeled.count, unlabeled: first.unlabeled.count)
        guard shape.pseudolabeled + shape.labeled + shape.unlabeled > 0 else { return [] }
        if deviceIteration?.shape != shape {
            deviceIteration = try DeviceIteration(
                shape, model: model, adapters: adapters, optimizer: optimizer, threshold: options.threshold,
                classCount: data.classCount, records: options.recordsIterations)
        }
        guard let iteration = deviceIteration else { return [] }
        try iteration.setMargin(margin)

        let (device, group) = (model.device, group)
        let operations =
            model.operations(images: shape.unlabeled, learning: false)
            + model.operations(images: shape.pseudolabeled + shape.labeled + shape.unlabeled, learning: true)
        var (underWay, done): ([Download], Int) = ([], 0)
        var confident: [Pseudolabel] = []
        /// Takes in what came out of iterations until no more than some are under way.
        func finish(leaving most: Int) throws {
            while underWay.count > most {
                let batch = batches[done]
                let outcome = try underWay.removeFirst().arrived().floats()
                guard outcome[0..<3].allSatisfy(\.isFinite) else { throw divergence(done) }
                let passed = batch.unlabeled.indices.filter { outcome[3 + 2 * shape.unlabeled + $0] > 0 }.map {
                    Pseudolabel(
                        image: batch.unlabeled[$0], label: Int(outcome[3 + $0]), confidence: outcome[3 + shape.unlabeled + $0],
                        origin: .training)
                }
                confident += passed
                record.add(
                    (
                        pseudolabeled: shape.pseudolabeled > 0 ? Double(outcome[0]) : nil,
                        labeled: shape.labeled > 0 ? Double(outcome[1]) : nil,
                        unlabeled: passed.isEmpty ? nil : Double(outcome[2])
                    ), passed: passed, of: batches.count, rate: schedule.rate(at: batch.step))
                done += 1
            }
        }
        // The time of an iteration is that of those once everything is there that stays: the recording, and memory for views.
        var start = ContinuousClock.now
        var measured = 0
        let threads = max(1, pixels.threads - 1)
        try OrderedProduction.run(count: batches.count, threads: threads, ahead: threads + 4) {
            { index in
                try device.use()
                return try pixels.batch(batches[index].views(of: group), threads: 1, for: device)
            }
        } take: { index, views in
            let batch = batches[index]
            underWay.append(
                try iteration.run(
                    views: views, labels: group.own(batch.pseudolabeled).map(\.label) + group.own(batch.labeled).map(\.label),
                    rate: schedule.rate(at: batch.step), measuring: &cost, profiles: options.profiles))
            try finish(leaving: DeviceIteration.mostAtOnce)
            measured += 1
            if index == 0 || iteration.hasJustSettled {
                try device.synchronize()
                start = ContinuousClock.now
                measured = 0
            }
            cost.add(operations: operations)
            if options.profiles { cost.endIteration() }
            progress(index + 1)
        }
        try finish(leaving: 0)
        if !options.profiles {
            let duration = (ContinuousClock.now - start) / max(1, measured)
            for _ in batches {
                cost.add(duration, to: .device)
                cost.endIteration()
            }
        }
        return confident
    }
}

extension FineTuning.Batch {
    /// Those of a process, in the order in which a device takes them.
    fileprivate func views(of group: ProcessGroup) -> [ImageView] {
        let unlabeled = group.own(unlabeled)
        return unlabeled.map(ImageView.plain)
            + (group.own(pseudolabeled).map(\.image) + group.own(labeled).map(\.image)).map(ImageView.plain)
            + unlabeled.map { .augmented($0, step: step) }
    }
}
