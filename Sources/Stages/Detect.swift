import Artifacts
import CAP
import DataSets
import Tensors
import Terminal
import Vocabulary

/// Divides the training images by paradigm and finds the classes that their text does not match: `features.h5` in,
/// `mismatch.h5` out.
public struct Detect {
    public var features: String
    public var output: String
    public var paradigm = Paradigm.ul
    /// Draws the seen classes in TRZSL.
    public var splitSeed = 500
    /// Labeled images per class in SSL.
    public var labelsPerClass = ParadigmSplit.labelsPerClass
    /// The share of the unlabeled images that is used.
    public var share = 1.0
    public var removal = MismatchDetection.Removal.filled
    /// Whether K-means starts from the step before instead of a fresh seeding.
    public var continuesClusters = false
    /// Seed of K-means.
    public var seed: UInt64 = 1
    public var threads = 1
    public var quiet = false

    public init(features: String, output: String) {
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
        /// Passes of K-means over the unlabeled images.
        public let passes: Int
        public let seconds: Double
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        try Torch.setThreads(threads)
        let features = try ArtifactReader(features, schema: .features)
        let provenance = try Provenance(
            parameters: parameters, inputs: [features], software: SoftwareVersions.current, seed: Int(seed))
        let writer = try ArtifactWriter(output, schema: .mismatch, provenance: provenance)

        let names = try features.strings("classes/name")
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
                    + "they should be told apart into; \(share < 1 ? "use a larger share of them" : "add images")")
        }

        let progress = ProgressBar(
            "detecting", total: candidates.count - (candidates.count + 9) / 10, unit: "steps", quiet: quiet)
        let found = try MismatchDetection(
            logitScale: Double(features.float("logit_scale")), removal: removal,
            start: continuesClusters ? .previous : .fresh, seed: seed
        ).run(
            images: rows(unlabeled, of: "images/features", in: features),
            text: rows(candidates, of: "classes/text_features", in: features)
        ) { step in
            progress.advance(note: names[candidates[step.label]])
        }
        progress.finish()

        try write(found, split: split, roles: roles, unlabeled: unlabeled, candidates: candidates, names, to: writer)
        try writer.commit()
        func called(_ positions: [Int]) -> [String] { positions.map { names[candidates[$0]] } }
        return Result(
            unlabeledImages: unlabeled.count, labeledImages: split.labeled.count,
            removed: called(found.steps.map(\.label)), finalClasses: called(found.finalClasses),
            lowClasses: called(found.lowClasses), mismatched: called(found.mismatched), passes: found.passes,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private var parameters: [String: JSONValue] {
        [
            "paradigm": .string(paradigm.rawValue), "split_seed": .int(splitSeed),
            "labels_per_class": paradigm == .ssl ? .int(labelsPerClass) : .null, "share": .double(share),
            "removal": .string(removal.rawValue), "continue_clusters": .bool(continuesClusters),
            "seed": .int(Int(clamping: seed)), "threads": .int(threads),
        ]
    }

    /// The paradigm's division of the training images, and the role of every image.
    private func divide(
        _ features: ArtifactReader, _ names: [String]
    ) throws -> (ParadigmSplit, [ImageRole]) {
        let labels = try features.indices("images/label", in: -1..<names.count)
        let isTraining = try features.bytes("images/split").map { $0 == 0 }
        let training = labels.indices.filter { isTraining[$0] }
        let split: ParadigmSplit
        do {
            split = try ParadigmSplit(
                paradigm, labels: training.map { labels[$0] >= 0 ? labels[$0] : nil }, classCount: names.count,
                splitSeed: splitSeed, labelsPerClass: labelsPerClass, unlabeledShare: share, classNames: names)
        } catch {
            throw ArtifactError("\(features.path): \(error)")
        }
        var roles = [ImageRole](repeating: .test, count: labels.count)
        for (image, role) in zip(training, split.roles) { roles[image] = role }
        return (split, roles)
    }

    private func rows(_ rows: [Int], of path: String, in features: ArtifactReader) throws -> Tensor {
        try Tensor(features.floats(path), shape: features.shape(path)).rows(rows)
    }

    private func write(
        _ found: MismatchDetection.Findings, split: ParadigmSplit, roles: [ImageRole], unlabeled: [Int],
        candidates: [Int], _ names: [String], to writer: ArtifactWriter
    ) throws {
        func images(_ positions: [Int]) -> [Int32] { positions.map { Int32(clamping: unlabeled[$0]) } }
        func classes(_ positions: [Int]) -> [Int32] { positions.map { Int32(clamping: candidates[$0]) } }
        func numbers(_ values: [Int]) -> [Int32] { values.map(Int32.init(clamping:)) }

        try writer.set("paradigm", to: paradigm.rawValue)
        try writer.set("split_seed", to: splitSeed)
        try writer.write(roles.map(\.rawValue), to: "split/role")
        try writer.write(numbers(split.seen), to: "split/seen")
        try writer.write(numbers(split.unseen), to: "split/unseen")
        try writer.write(numbers(candidates), to: "split/candidate")

        try writer.write(classes(found.steps.map(\.label)), to: "trace/class")
        try writer.write(numbers(found.steps.map(\.cluster)), to: "trace/cluster")
        try writer.write(found.steps.map(\.probability), to: "trace/probability")
        try writer.write(numbers(found.steps.map { $0.images.count - $0.filled }), to: "trace/removed")
        try writer.write(numbers(found.steps.map(\.filled)), to: "trace/filled")
        var offsets: [Int64] = [0]
        for step in found.steps { offsets.append((offsets.last ?? 0) + Int64(step.images.count)) }
        try writer.write(offsets, to: "trace/image_offset")
        try writer.write(images(found.steps.flatMap(\.images)), to: "trace/image")

        try writer.write(images(found.residualImages), to: "residual/image")
        try writer.write(numbers(found.residualClusters), to: "residual/cluster")
        try writer.write(
            found.residualCentroids.floats(), shape: found.residualCentroids.shape, to: "residual/centroids")

        try writer.write(names, to: "classes/name")
        var counts = [Int32](repeating: 0, count: names.count)
        for (label, count) in zip(candidates, found.zeroShotCounts) { counts[label] = Int32(clamping: count) }
        try writer.write(counts, to: "classes/zero_shot_count")
        try writer.write(classes(found.finalClasses), to: "classes/final")
        try writer.write(classes(found.lowClasses), to: "classes/low")
        try writer.write(classes(found.mismatched), to: "classes/mismatched")
    }
}
