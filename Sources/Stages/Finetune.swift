import Artifacts
import CAP
import CLIP
import Foundation
import ImageArchive
import Images
import Methods
import Runs
import Tensors
import Terminal

/// Trains prompts and adapters by the method that the labels were picked for: `images.h5`, `features.h5`, `labels.h5`
/// and a checkpoint in, `model.h5` out.
///
/// After every epoch the state of training is kept in `model.h5.checkpoint`. A run that finds one of the same
/// parameters and inputs goes on from it, and ends with the same bytes as one that was never interrupted.
public struct Finetune {
    public var images: String
    public var features: String
    public var labels: String
    public var checkpoint: CheckpointChoice
    public var output: String
    /// The learned context; nil for the one that the method's authors used.
    public var modality: Modality?
    /// The hyperparameters of CAP and its ablations.
    public var options = TrainingOptions()
    /// What differs from the hyperparameters that the authors of the other methods used.
    public var overrides = PromptTuningOverrides()
    public var compute = Compute()
    /// Called now and then with what is worth telling a person.
    public var note: (String) -> Void = { _ in }
    public var quiet = false

    public init(images: String, features: String, labels: String, checkpoint: CheckpointChoice, output: String) {
        self.images = images
        self.features = features
        self.labels = labels
        self.checkpoint = checkpoint
        self.output = output
    }

    /// What a run did.
    public struct Result {
        /// How the method and its prompts are called.
        public let title: String
        public let epochs: [EpochRecord]
        public let seconds: Double
        public let trainedParameters: Int
        /// Unlabeled samples that were predicted with confidence, over all epochs; nil in methods of rounds.
        public let confidentSamples: Int?
        /// What this run's epochs took.
        public let cost: TrainingCost
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let device = try compute.begin()
        let images = try ArtifactReader(images, schema: .images)
        let features = try ArtifactReader(features, schema: .features)
        let labels = try ArtifactReader(labels, schema: .labels)
        let (clip, identity) = try checkpoint.open(matching: features)

        let method = try labels.method()
        let modality = modality ?? method.defaultModality
        try method.check(modality)
        let options = try streamOptions(method, labels)
        let tuning = try tuningOptions(method, modality, labels)
        let provenance = try Provenance(
            parameters: parameters(method, modality, options, tuning, checkpointIdentity: identity),
            inputs: [images, features, labels], software: SoftwareVersions.current, seed: Int(options.seed))
        // Opened before the work, so that an output that cannot be written is known at once.
        let writer = try ArtifactWriter(output, schema: .model, provenance: provenance)

        let data = try trainingData(method, features: features, labels: labels)
        let model = try PromptedCLIP(
            clip, phrases: features.strings("classes/phrase"), modality: modality, precision: compute.precision.dtype,
            device: device, seed: options.seed)
        var training: any Training =
            switch method.training {
            case .streams: try FineTuning(model: model, data: data, options: options)
            case .rounds, .none:
                try PromptTuning(
                    model: model, data: data, selection: selection(method, labels, data), options: tuning,
                    features: Tensor(features.floats("images/features"), shape: features.shape("images/features")))
            }
        if let growth = (training as? FineTuning)?.growth { noteShrinking(growth) }
        let pixels = try TrainingPixels(
            StoredImages(images), size: model.imageSize, seed: options.seed, threads: compute.threads)
        let subject = try ModelArtifact.Subject(
            method: method, modality: modality, classNames: features.strings("classes/name"),
            paradigm: labels.string(attribute: "paradigm"), checkpoint: checkpoint.path, checkpointIdentity: identity,
            reading: Reading(of: images))

        var epochs: [EpochRecord] = []
        var secondsBefore = 0.0
        if let interrupted = try interruptedRun(like: provenance) {
            try ModelArtifact.restore(
                training.optimizer.parameters, momenta: training.optimizer.momenta, from: interrupted)
            epochs = try ModelArtifact.epochs(in: interrupted)
            secondsBefore = try interrupted.double(attribute: "seconds")
            try training.restore(state(in: interrupted, epochs: epochs, data: data, seed: options.seed))
            note("going on after epoch \(epochs.count), where an earlier run was interrupted")
        }

        let remaining = training.remaining
        let progress = ProgressBar("fine-tuning", total: remaining.count, unit: remaining.unit, quiet: quiet)
        func seconds() -> Double { secondsBefore + (ContinuousClock.now - start) / .seconds(1) }
        while !training.isFinished {
            let epoch = try training.runEpoch(on: pixels) { _ in progress.advance() }
            epochs.append(epoch)
            progress.advance(by: 0, note: summary(of: epoch, training))
            if case .streams = method.training, epoch.confidentCount == 0,
                !epochs.dropLast().contains(where: { $0.confidentCount == 0 })
            {
                note(
                    """
                    epoch \(epoch.epoch + 1): no unlabeled image was predicted with a confidence above \
                    \(options.threshold), so the next epoch has no margin; lower --tau if this goes on
                    """)
            }
            if !training.isFinished {
                try keep(training, epochs, seconds: seconds(), subject, provenance)
            }
        }
        progress.finish()

        try ModelArtifact.write(training, epochs: epochs, seconds: seconds(), subject, to: writer)
        try writer.commit()
        try? FileManager.default.removeItem(atPath: checkpointPath)
        return Result(
            title: modality == .none ? method.title : "\(method.title), \(modality.rawValue) prompts", epochs: epochs,
            seconds: seconds(),
            trainedParameters: training.optimizer.parameters.map(\.value.count).reduce(0, +),
            confidentSamples: training is FineTuning ? epochs.map(\.confidentCount).reduce(0, +) : nil,
            cost: training.cost)
    }

    /// Says so where the schedule of growth ends below what it begins with.
    private func noteShrinking(_ growth: PseudolabelGrowth) {
        let last = growth.capacity(afterEpoch: growth.epochs)
        guard last < growth.initialCount else { return }
        let share = Int(Double(growth.unlabeledPerClass) * growth.ratio)
        note(
            """
            the pseudolabels of a class shrink from \(growth.initialCount) to \(last) while training, since \(growth.ratio) \
            (--growth) of its \(growth.unlabeledPerClass) unlabeled images is \(share)\(share < 1 ? ", and one is kept" : ""); \
            give a larger --growth, or cap-label a smaller --k
            """)
    }

    private func summary(of epoch: EpochRecord, _ training: any Training) -> String {
        let loss = epoch.lossPseudolabeled + epoch.lossUnlabeled + epoch.lossLabeled
        return String(
            format: "epoch %d, loss %.3f, %.0f GFLOP/s", epoch.epoch + 1, loss,
            training.cost.operationsPerSecond / 1e9)
    }

    private func trainingData(
        _ method: Method, features: ArtifactReader, labels: ArtifactReader
    ) throws -> TrainingData {
        let classCount = try features.count("classes/name")
        let imageCount = try features.count("images/name")
        let images = 0..<imageCount
        let classes = 0..<classCount
        let labeledImages = try labels.indices("labeled/image", in: images)
        let labeledLabels = try labels.indices("labeled/label", in: classes)
        let data = try TrainingData(
            classCount: classCount, unlabeled: labels.indices("unlabeled/image", in: images),
            labeled: zip(labeledImages, labeledLabels).map(LabeledImage.init),
            pseudolabels: labels.pseudolabels(classCount: classCount, imageCount: imageCount),
            seen: labels.indices("split/seen", in: classes),
            nameRanks: NameOrder.ranks(of: features.strings("images/name")),
            trueLabels: features.indices("images/label", in: -1..<classCount))
        guard method.training == .none || !data.pseudolabels.allSatisfy(\.isEmpty) || !data.labeled.isEmpty else {
            throw ArtifactError("\(labels.path): holds neither labels nor pseudolabels: there is nothing to learn from")
        }
        return data
    }

    // MARK: - The method

    private func streamOptions(_ method: Method, _ labels: ArtifactReader) throws -> TrainingOptions {
        var options = options
        options.pseudolabelsPerClass = try labels.int(attribute: "k")
        if case .streams(let usesMargin, let sharesAdapter) = method.training {
            try overrides.refuse(for: method)
            options.sharesAdapter = sharesAdapter
            if !usesMargin { options.margin.magnitude = 0 }
        }
        return options
    }

    private func tuningOptions(
        _ method: Method, _ modality: Modality, _ labels: ArtifactReader
    ) throws -> PromptTuningOptions {
        var tuning = overrides.applied(to: PromptTuningOptions(method, modality: modality))
        tuning.seed = options.seed
        guard method.selection == .leaderboard || method.selection == .candidates else { return tuning }
        let rounds = try labels.int(attribute: "rounds")
        tuning.schedule =
            try labels.string(attribute: "schedule") == "growing"
            ? .growing(rounds: rounds) : .fixed(labels.int(attribute: "k"), rounds: rounds)
        return tuning
    }

    /// What picks the pseudolabels of later rounds.
    private func selection(
        _ method: Method, _ labels: ArtifactReader, _ data: TrainingData
    ) throws -> PseudolabelSelection? {
        let rule: PseudolabelSelection.Rule
        switch method.selection {
        case .none, .aligned: return nil
        case .leaderboard: rule = .leaderboard
        case .candidates:
            rule = try .candidates(
                CandidateSets(alpha: labels.double(attribute: "alpha"), beta: labels.double(attribute: "beta")))
        }
        return PseudolabelSelection(
            rule: rule, classes: data.growingClasses, classCount: data.classCount, nameRanks: data.nameRanks)
    }

    // MARK: - The state between epochs

    private var checkpointPath: String { output + ".checkpoint" }

    private func keep(
        _ training: any Training, _ epochs: [EpochRecord], seconds: Double, _ subject: ModelArtifact.Subject,
        _ provenance: Provenance
    ) throws {
        let writer = try ArtifactWriter(checkpointPath, schema: .modelCheckpoint, provenance: provenance)
        try ModelArtifact.write(training, epochs: epochs, seconds: seconds, subject, to: writer)
        let positions = training.state.positions
        try writer.write(Int32(training.state.epoch), to: "progress/epoch")
        try writer.write(Int32(training.state.renewals), to: "progress/renewals")
        try writer.write(
            [positions.pseudolabeled, positions.unlabeled, positions.labeled]
                .flatMap { [Int64($0.pass), Int64($0.position)] },
            shape: [3, 2], to: "progress/streams")
        try writer.commit()
    }

    private func state(
        in reader: ArtifactReader, epochs: [EpochRecord], data: TrainingData, seed: UInt64
    ) throws -> TrainingState {
        let streams = try reader.ints("progress/streams")
        func place(_ stream: Int) -> StreamPositions.Place {
            StreamPositions.Place(pass: streams[stream * 2], position: streams[stream * 2 + 1])
        }
        return try TrainingState(
            epoch: reader.int("progress/epoch"),
            pseudolabels: reader.pseudolabels(classCount: data.classCount, imageCount: data.trueLabels.count),
            confidentPerClass: epochs.last?.confidentPerClass, renewals: reader.int("progress/renewals"),
            positions: StreamPositions(pseudolabeled: place(0), unlabeled: place(1), labeled: place(2)),
            seed: seed, data: data)
    }

    /// The checkpoint of an interrupted run of the same parameters and inputs; nil where there is none.
    private func interruptedRun(like provenance: Provenance) throws -> ArtifactReader? {
        guard FileManager.default.fileExists(atPath: checkpointPath) else { return nil }
        guard let reader = try? ArtifactReader(checkpointPath, schema: .modelCheckpoint) else {
            note("\(checkpointPath) cannot be read: starting over")
            return nil
        }
        func identities(_ inputs: [ArtifactInput]) -> [Identity] { inputs.map(\.identity) }
        // Compared as text: numbers such as 12.0 come back from JSON as integers.
        guard try JSONValue.object(reader.parameters()).text == JSONValue.object(provenance.parameters).text,
            identities(reader.inputs) == identities(provenance.inputs)
        else {
            note("\(checkpointPath) is of a run with other parameters or inputs: starting over")
            return nil
        }
        return reader
    }

    private func parameters(
        _ method: Method, _ modality: Modality, _ options: TrainingOptions, _ tuning: PromptTuningOptions,
        checkpointIdentity: String
    ) -> [String: JSONValue] {
        let own: [String: JSONValue] =
            switch method.training {
            case .none: [:]
            case .streams: parameters(options)
            case .rounds: parameters(tuning)
            }
        return own.merging(
            [
                "method": .string(method.name), "modality": .string(modality.rawValue),
                "seed": .int(Int(clamping: options.seed)), "precision": .string(compute.precision.rawValue),
                "device": .string(compute.device.rawValue), "threads": .int(compute.threads),
            ]) { own, _ in own }
            .merging(checkpoint.parameters(identity: checkpointIdentity)) { own, _ in own }
    }

    private func parameters(_ options: TrainingOptions) -> [String: JSONValue] {
        [
            "epochs": .int(options.epochs), "iters": .int(options.iterations), "batch": .int(options.batch),
            "lr": .double(options.learningRate), "tau": .double(options.threshold),
            "k": .int(options.pseudolabelsPerClass), "growth": .double(options.growthRatio),
            "margin": .double(options.margin.magnitude),
            "margin_follows_logit_scale": .bool(options.margin.followsLogitScale),
            "margin_scale_rule": .string(options.margin.scaleRule.rawValue),
            "margin_similarity_rule": .string(options.margin.similarityRule.rawValue),
            "shared_adapter": .bool(options.sharesAdapter),
        ]
    }

    private func parameters(_ tuning: PromptTuningOptions) -> [String: JSONValue] {
        [
            "epochs": .int(tuning.epochs), "batch": .int(tuning.batch), "lr": .double(tuning.learningRate),
            "warmup": .int(tuning.warmup), "weight_decay": .double(tuning.weightDecay),
            "held_out": .double(tuning.heldOut), "loss": .string(tuning.loss.rawValue),
            "label_weight": .string(tuning.labelWeight.rawValue), "restart": .string(tuning.restart.rawValue),
        ]
    }
}
