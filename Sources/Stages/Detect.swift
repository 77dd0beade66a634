import Artifacts
import CAP
import DataSets
import Parameters
import Tensors
import Terminal
import Vocabulary

/// Divides the training images by paradigm and finds the classes that their text does not match: `features.h5` in,
/// `mismatch.h5` out.
public struct Detect {
    public var features: String
    public var output: StageOutput
    public var settings = Settings<DetectParameters>()
    /// How several processes share the images, where a launcher has started them.
    public var processes = ProcessOptions.standard
    public var quiet = false

    public init(features: String, output: StageOutput) {
        self.features = features
        self.output = output
    }

    /// What a run did.
    public struct Result {
        public let unlabeledImages: Int
        public let labeledImages: Int
        /// The matched classes in the order of their removal.
        public let removed: [String]
        public let finalClasses: [String]
        public let lowClasses: [String]
        public let mismatched: [String]
        /// The classes that any of the repeated detections found mismatched, the most frequent first, each with the number of
        /// detections that did; empty where detection ran once.
        public let frequencies: [(name: String, count: Int)]
        /// Passes of K-means over the unlabeled images.
        public let passes: Int
        public let seconds: Double
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        let group = try processes.join()
        try Torch.setThreads(settings.threads)
        let features = try ArtifactReader(features, schema: .features)
        let provenance = try Provenance(
            parameters: settings.parameters, inputs: [features], software: SoftwareVersions.current,
            seed: Int(clamping: settings.seed))
        // Of several processes the first has it.
        let writer = try output.writer(.detect, schema: .mismatch, provenance: provenance, in: group)

        let names = try features.values(\.classes.name)
        let (split, roles) = try divide(features, names)
        let candidates = split.candidates.sorted()
        let unlabeled = roles.indices.filter { roles[$0] == .unlabeled }
        guard candidates.count >= 2 else {
            throw ArtifactError(
                "\(features.path): there is \(candidates.count == 1 ? "only one class" : "no class") to adapt to; "
                    + "a mismatch can be told only among two or more")
        }
        guard unlabeled.count >= candidates.count else {
            throw ArtifactError(
                "\(features.path): \(unlabeled.count) unlabeled images are fewer than the \(candidates.count) classes "
                    + "they should be told apart into; \(settings.share < 1 ? "use a larger share of them" : "add images")")
        }

        let progress = ProgressBar(
            "detecting", total: settings.repeats * (candidates.count - (candidates.count + 9) / 10), unit: "steps", quiet: quiet)
        let images = try features.tensor(\.images.features).rows(unlabeled)
        let text = try features.tensor(\.classes.textFeatures).rows(candidates)
        var detection = try MismatchDetection(
            logitScale: Double(features.value(\.logitScale)), removal: settings.paperRemoval ? .clusterOnly : .filled,
            start: settings.continueClusters ? .previous : .fresh, seed: settings.seed)
        detection.group = group
        func detect() throws -> MismatchDetection.Findings {
            try detection.run(images: images, text: text) { progress.advance(note: names[candidates[$0.label]]) }
        }
        let found = try detect()
        var counts = [Int](repeating: 0, count: names.count)
        for label in found.mismatched { counts[candidates[label]] += 1 }
        for repetition in 1..<settings.repeats {
            detection.seed = settings.seed &+ UInt64(repetition)
            for label in try detect().mismatched { counts[candidates[label]] += 1 }
        }
        progress.finish()

        let isRepeated = settings.repeats > 1
        try group.first {
            guard let writer else { return }
            try write(found, split: split, roles: roles, unlabeled: unlabeled, candidates: candidates, names, to: writer)
            if isRepeated {
                try writer.write(counts.map { Float($0) / Float(settings.repeats) }, to: \.classes.foundFrequency)
            }
            try writer.commit()
        }
        func called(_ positions: [Int]) -> [String] { positions.map { names[candidates[$0]] } }
        let everFound = names.indices.filter { isRepeated && counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
        return Result(
            unlabeledImages: unlabeled.count, labeledImages: split.labeled.count,
            removed: called(found.steps.map(\.label)), finalClasses: called(found.finalClasses),
            lowClasses: called(found.lowClasses), mismatched: called(found.mismatched),
            frequencies: everFound.map { (names[$0], counts[$0]) }, passes: found.passes,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// The paradigm's division of the training images, and the role of every image.
    private func divide(
        _ features: ArtifactReader<FeaturesSchema>, _ names: [String]
    ) throws -> (ParadigmSplit, [ImageRole]) {
        let labels = try features.indices(\.images.label, in: -1..<names.count)
        let isTraining = try features.values(\.images.split).map { $0 == .train }
        let training = labels.indices.filter { isTraining[$0] }
        let split: ParadigmSplit
        do {
            split = try ParadigmSplit(
                settings.paradigm, labels: training.map { labels[$0] >= 0 ? labels[$0] : nil }, classCount: names.count,
                splitSeed: settings.splitSeed, labelsPerClass: settings.labelsPerClass, unlabeledShare: settings.share,
                classNames: names)
        } catch {
            throw ArtifactError("\(features.path): \(error)")
        }
        var roles = [ImageRole](repeating: .test, count: labels.count)
        for (image, role) in zip(training, split.roles) { roles[image] = role }
        return (split, roles)
    }

    private func write(
        _ found: MismatchDetection.Findings, split: ParadigmSplit, roles: [ImageRole], unlabeled: [Int],
        candidates: [Int], _ names: [String], to writer: ArtifactWriter<MismatchSchema>
    ) throws {
        func images(_ positions: [Int]) -> [Int] { positions.map { unlabeled[$0] } }
        func classes(_ positions: [Int]) -> [Int] { positions.map { candidates[$0] } }

        try writer.set(\.paradigm, to: settings.paradigm)
        try writer.set(\.splitSeed, to: settings.splitSeed)
        try writer.write(roles, to: \.split.role)
        try writer.write(split.seen, to: \.split.seen)
        try writer.write(split.unseen, to: \.split.unseen)
        try writer.write(candidates, to: \.split.candidate)

        try writer.write(classes(found.steps.map(\.label)), to: \.trace.label)
        try writer.write(found.steps.map(\.cluster), to: \.trace.cluster)
        try writer.write(found.steps.map(\.probability), to: \.trace.probability)
        try writer.write(found.steps.map { $0.images.count - $0.filled }, to: \.trace.removed)
        try writer.write(found.steps.map(\.filled), to: \.trace.filled)
        var offsets: [Int64] = [0]
        for step in found.steps { offsets.append((offsets.last ?? 0) + Int64(step.images.count)) }
        try writer.write(offsets, to: \.trace.imageOffset)
        try writer.write(images(found.steps.flatMap(\.images)), to: \.trace.image)

        try writer.write(images(found.residualImages), to: \.residual.image)
        try writer.write(found.residualClusters, to: \.residual.cluster)
        try writer.write(
            found.residualCentroids.floats(), shape: found.residualCentroids.shape, to: \.residual.centroids)

        try writer.write(names, to: \.classes.name)
        var counts = [Int](repeating: 0, count: names.count)
        for (label, count) in zip(candidates, found.zeroShotCounts) { counts[label] = count }
        try writer.write(counts, to: \.classes.zeroShotCount)
        try writer.write(classes(found.finalClasses), to: \.classes.final)
        try writer.write(classes(found.lowClasses), to: \.classes.low)
        try writer.write(classes(found.mismatched), to: \.classes.mismatched)
    }
}
