import Artifacts
import CAP
import CLIP
import Essentials
import FoundationEssentials
import ImageArchive
import Images
import Methods
import Parameters
import Reporting
import Runs
import Tensors
import Terminal
import Views

/// Trains prompts and adapters by the method that the labels were picked for: `images.h5`, `features.h5`, `labels.h5`
/// and a checkpoint in, `model.h5` out.
///
/// After every epoch the state of training is kept in `model.h5.checkpoint`, and a line is added to `metrics.jsonl`. A run that
/// finds a checkpoint of the same parameters and inputs goes on from it, and ends with the same bytes as one that was never
/// interrupted.
public struct Finetune {
    public var images: String
    public var features: String
    public var labels: String
    public var settings: Settings<FinetuneParameters>
    public var output: StageOutput
    /// How several processes train together, where a launcher has started them: each has its share of every batch.
    public var processes = ProcessOptions.standard
    /// Whether a GPU is waited for after each phase of an iteration, so that the phases' times are known.
    public var profiles = false
    /// Whether a GPU records an iteration and replays it.
    public var recordsIterations = true
    /// Called now and then with what is worth telling a person.
    public var note: (String) -> Void = { _ in }
    public var quiet = false

    public init(
        images: String, features: String, labels: String, settings: Settings<FinetuneParameters>, output: StageOutput
    ) {
        self.images = images
        self.features = features
        self.labels = labels
        self.settings = settings
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
        /// What operators on the CPU took of the processor in an iteration, all but the first; empty where nothing was profiled.
        public let operators: [OperatorTimes.Entry]
        /// How many processes trained together.
        public let processes: Int
        /// The most memory that tensors took on a GPU; 0 on the CPU.
        public let peakDeviceBytes: Int
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let group = try processes.join()
        var settings = settings
        let device = try settings.begin(note: note)
        let images = try ArtifactReader(images, schema: .images)
        let features = try ArtifactReader(features, schema: .features)
        let labels = try ArtifactReader(labels, schema: .labels)
        let checkpoint = try settings.checkpointChoice
        let (clip, identity) = try checkpoint.open(matching: features)

        let method = try labels.method()
        settings.context.method = method
        try settings.check()
        let modality = settings.modality
        let options = try streamOptions(settings, labels)
        let tuning = try tuningOptions(settings, labels)
        try checkDepth(of: modality, clip)
        let provenance = try Provenance(
            parameters: settings.parameters.merging(["method": .string(method.name)]) { $1 }
                .merging(checkpoint.parameters(identity: identity)) { $1 },
            inputs: [images, features, labels], sources: checkpoint.sources(), software: SoftwareVersions.of(device),
            seed: Int(clamping: settings.seed))
        // Opened before the work, so that an output that cannot be written is known at once.
        let writer = try output.writer(.finetune, schema: .model, provenance: provenance, in: group)

        let classes = try RunClasses(labels, features)
        let data = try trainingData(method, classes, features: features, labels: labels)
        let model = try PromptedCLIP(
            clip, phrases: classes.phrases, modality: modality, depth: settings.depth,
            precision: settings.precision.dtype, device: device, seed: options.seed, group: group)
        var training: any Training =
            switch method.training {
            case .streams: try FineTuning(model: model, data: data, options: options)
            case .rounds, .none:
                try PromptTuning(
                    model: model, data: data, selection: selection(method, labels, data), options: tuning,
                    features: features.tensor(\.images.features))
            }
        if let growth = (training as? FineTuning)?.growth { noteShrinking(growth) }
        let pixels = try TrainingPixels(
            StoredImages(images), view: EvaluationView(of: clip), seed: options.seed, threads: settings.threads)
        let subject = try ModelArtifact.Subject(
            method: method, modality: modality, classNames: classes.names, phrases: classes.phrases,
            paradigm: labels.value(\.paradigm), checkpoint: checkpoint.path,
            checkpointIdentity: identity, reading: Reading(of: images))

        var epochs: [EpochRecord] = []
        var secondsBefore = 0.0
        let interrupted = try interruptedRun(like: provenance)
        try group.requireSame(interrupted?.identity.description ?? "", "another \(checkpointPath)")
        if let interrupted {
            try ModelArtifact.restore(
                training.optimizer.parameters, momenta: training.optimizer.momenta, from: interrupted)
            epochs = try ModelArtifact.epochs(in: interrupted)
            secondsBefore = try interrupted.value(\.seconds)
            try training.restore(state(in: interrupted, epochs: epochs, data: data, seed: options.seed))
            note("going on after epoch \(epochs.count), where an earlier run was interrupted")
        }

        // Numbers that machines of several kinds have drawn from one seed may differ in their last bits.
        try training.optimizer.broadcast(in: group)

        let log = group.isFirst ? TrainingLog(besides: output.path, epochs: training.totalEpochs) : nil
        if !training.isFinished { try log?.begin(with: epochs.map(RunRecord.Epoch.init)) }
        let remaining = training.remaining
        let progress = ProgressBar("fine-tuning", total: remaining.count, unit: remaining.unit, quiet: quiet)
        func seconds() -> Double { secondsBefore + (ContinuousClock.now - start) / .seconds(1) }
        let profilesOperators = profiles && device == .cpu
        var iterations = 0
        while !training.isFinished {
            let epoch = try training.runEpoch(on: pixels) { _ in
                progress.advance()
                // The first iteration makes what the others use.
                if profilesOperators, iterations == 0 { OperatorTimes.begin() }
                iterations += 1
            }
            epochs.append(epoch)
            try log?.append(RunRecord.Epoch(epoch), number: epochs.count)
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
            if !training.isFinished, group.isFirst {
                try keep(training, epochs, seconds: seconds(), subject, provenance)
            }
        }
        progress.finish()
        let operators = profilesOperators && iterations > 1 ? OperatorTimes.end().map { $0.divided(by: iterations - 1) } : []

        // The others wait, so that a launcher is told of a failure by all of them.
        try group.first {
            guard let writer else { return }
            try ModelArtifact.write(training, epochs: epochs, seconds: seconds(), subject, to: writer)
            try writer.commit()
            try? FileManager.default.removeItem(atPath: checkpointPath)
        }
        return Result(
            title: modality == .none ? method.title : "\(method.title), \(modality.rawValue) prompts", epochs: epochs,
            seconds: seconds(),
            trainedParameters: training.optimizer.parameters.map(\.value.count).reduce(0, +),
            confidentSamples: training is FineTuning ? epochs.map(\.confidentCount).reduce(0, +) : nil,
            cost: training.cost, operators: operators, processes: group.size, peakDeviceBytes: device.peakBytes)
    }

    /// Refuses a depth that the prompts or the model cannot have, and says so where there are less blocks than usual.
    private func checkDepth(of modality: Modality, _ clip: CLIPCheckpoint) throws {
        let layers = min(clip.config.text.transformer.layers, clip.config.vision.transformer.layers)
        guard let depth = settings.depth else {
            if modality == .maple, layers < MaPLePrompts.depth {
                note(
                    """
                    the model has \(layers) blocks, so its prompts are \(layers) deep and not \(MaPLePrompts.depth), the authors' depth \
                    (--depth \(layers) says so, and ends this remark)
                    """)
            }
            return
        }
        guard (1...layers).contains(depth) else {
            throw ArtifactError(
                "--depth \(depth) needs a model of as many blocks; \(clip.path) has \(layers): give 1 to \(layers)")
        }
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
            printf: "epoch %d, loss %.3f, %.0f GFLOP/s", epoch.epoch + 1, loss,
            training.cost.operationsPerSecond / 1e9)
    }

    private func trainingData(
        _ method: Method, _ runClasses: RunClasses, features: ArtifactReader<FeaturesSchema>, labels: ArtifactReader<LabelsSchema>
    ) throws -> TrainingData {
        let classCount = runClasses.names.count
        let imageCount = try features.count(\.images.name)
        let images = 0..<imageCount
        let classes = 0..<classCount
        let labeledImages = try labels.indices(\.labeled.image, in: images)
        let labeledLabels = try labels.indices(\.labeled.label, in: classes)
        let pseudolabels = try labels.pseudolabels(classCount: classCount, imageCount: imageCount)
        var labeled = zip(labeledImages, labeledLabels).map(LabeledImage.init)
        if labels.has(\.reviewed.ofDataSet) {
            let seen = try Set(labels.indices(\.split.seen, in: classes))
            labeled = BalancedLabels.balanced(
                labeled, classes: classes.filter { !seen.contains($0) }, pseudolabels: pseudolabels)
        }
        let data = try TrainingData(
            classCount: classCount, unlabeled: labels.indices(\.unlabeledImages, in: images), labeled: labeled,
            pseudolabels: pseudolabels,
            seen: labels.indices(\.split.seen, in: classes), unseen: labels.indices(\.split.unseen, in: classes),
            nameRanks: NameOrder.ranks(of: features.values(\.images.name)),
            trueLabels: runClasses.of(features.indices(\.images.label, in: -1..<runClasses.ofDataSet.count)))
        guard method.training == .none || !data.pseudolabels.allSatisfy(\.isEmpty) || !data.labeled.isEmpty else {
            throw ArtifactError("\(labels.path): holds neither labels nor pseudolabels: there is nothing to learn from")
        }
        return data
    }

    // MARK: - The method

    private func streamOptions(
        _ settings: Settings<FinetuneParameters>, _ labels: ArtifactReader<LabelsSchema>
    ) throws -> TrainingOptions {
        var options = TrainingOptions(settings)
        (options.profiles, options.recordsIterations) = (profiles, recordsIterations)
        options.pseudolabelsPerClass = try labels.value(\.k)
        return options
    }

    private func tuningOptions(
        _ settings: Settings<FinetuneParameters>, _ labels: ArtifactReader<LabelsSchema>
    ) throws -> PromptTuningOptions {
        let method = settings.context.method
        var tuning = PromptTuningOptions(settings)
        guard method.selection == .leaderboard || method.selection == .candidates else { return tuning }
        let rounds = try labels.value(\.rounds)
        tuning.schedule =
            try labels.value(\.schedule) == Schedule.growing.rawValue
            ? .growing(rounds: rounds) : .fixed(labels.value(\.k), rounds: rounds)
        return tuning
    }

    /// What picks the pseudolabels of later rounds.
    private func selection(
        _ method: Method, _ labels: ArtifactReader<LabelsSchema>, _ data: TrainingData
    ) throws -> PseudolabelSelection? {
        let rule: PseudolabelSelection.Rule
        switch method.selection {
        case .none, .aligned: return nil
        case .leaderboard: rule = .leaderboard
        case .candidates:
            rule = try .candidates(
                CandidateSets(alpha: labels.value(\.alpha), beta: labels.value(\.beta)))
        }
        return PseudolabelSelection(
            rule: rule, classes: data.growingClasses, classCount: data.classCount, nameRanks: data.nameRanks)
    }

    // MARK: - The state between epochs

    private var checkpointPath: String { output.path + ".checkpoint" }

    private func keep(
        _ training: any Training, _ epochs: [EpochRecord], seconds: Double, _ subject: ModelArtifact.Subject,
        _ provenance: Provenance
    ) throws {
        let writer = try ArtifactWriter(checkpointPath, schema: .modelCheckpoint, provenance: provenance)
        try ModelArtifact.write(training, epochs: epochs, seconds: seconds, subject, to: writer)
        let positions = training.state.positions
        try writer.write(Int32(training.state.epoch), to: \.progress.epoch)
        try writer.write(Int32(training.state.renewals), to: \.progress.renewals)
        try writer.write(
            [positions.pseudolabeled, positions.unlabeled, positions.labeled]
                .flatMap { [Int64($0.pass), Int64($0.position)] },
            shape: [3, 2], to: \.progress.streams)
        try writer.commit()
    }

    private func state(
        in reader: ArtifactReader<ModelCheckpointSchema>, epochs: [EpochRecord], data: TrainingData, seed: UInt64
    ) throws -> TrainingState {
        let streams = try reader.ints(\.progress.streams)
        guard streams.count == 6 else {
            throw ArtifactError("\(checkpointPath): does not say how far its three streams are: remove it to start over")
        }
        func place(_ stream: Int) -> StreamPositions.Place {
            StreamPositions.Place(pass: streams[stream * 2], position: streams[stream * 2 + 1])
        }
        return try TrainingState(
            epoch: Int(reader.value(\.progress.epoch)),
            pseudolabels: reader.pseudolabels(classCount: data.classCount, imageCount: data.trueLabels.count),
            confidentPerClass: epochs.last?.confidentPerClass, renewals: Int(reader.value(\.progress.renewals)),
            positions: StreamPositions(pseudolabeled: place(0), unlabeled: place(1), labeled: place(2)),
            seed: seed, data: data)
    }

    /// The checkpoint of an interrupted run of the same parameters and inputs; nil where there is none.
    private func interruptedRun(like provenance: Provenance) throws -> ArtifactReader<ModelCheckpointSchema>? {
        guard FileManager.default.fileExists(atPath: checkpointPath) else { return nil }
        guard let reader = try? ArtifactReader(checkpointPath, schema: .modelCheckpoint) else {
            note("\(checkpointPath) cannot be read: starting over")
            return nil
        }
        guard let made = try Recipe(reader), Recipe(.finetune, provenance).difference(from: made) == nil
        else {
            note("\(checkpointPath) is of a run with other parameters or inputs: starting over")
            return nil
        }
        return reader
    }
}
