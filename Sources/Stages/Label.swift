import Artifacts
import CAP
import CLIP
import DataSets
import Methods
import Parameters
import Review
import Runs
import Tensors
import Vocabulary

/// Picks the pseudolabels that training starts with: `features.h5`, `mismatch.h5` and, for methods that align concepts,
/// `descriptions.h5` in, `labels.h5` out. What a person said in a review comes in here: their labels are labels, and their names
/// and descriptions take the place of others.
public struct Label {
    public var features: String
    public var mismatch: String
    /// nil for methods that have none.
    public var descriptions: String?
    public var output: StageOutput
    public var settings = Settings<LabelParameters>()

    private var method: Method { settings.method }

    public init(features: String, mismatch: String, descriptions: String?, output: StageOutput) {
        self.features = features
        self.mismatch = mismatch
        self.descriptions = descriptions
        self.output = output
    }

    /// What a run did.
    public struct Result {
        /// k: pseudolabels per class that were asked for.
        public let count: Int
        /// Whether the method's rounds would begin with less than one image per class, and take one.
        public let isBelowOne: Bool
        public let labeled: Int
        public let unlabeled: Int
        public let pseudolabeled: Int
        /// The classes whose pseudolabels follow a description.
        public let described: [String]
        /// Images whose label, and that they are of no class, is a review's.
        public let reviewed: Int
        public let rejected: Int
        /// The classes with fewer than k pseudolabels.
        public let short: [String]
        /// The share of the pseudolabels that is true, among images whose label is known; nil where none is.
        public let accuracy: Double?
        public let seconds: Double
    }

    public func run() throws -> Result {
        let start = ContinuousClock.now
        // A product of a matrix and a vector per description: one thread is enough, and always gives the same bytes.
        try Torch.setThreads(1)
        let features = try ArtifactReader(features, schema: .features)
        let mismatch = try ArtifactReader(mismatch, schema: .mismatch)
        let descriptions = try readDescriptions()
        let review = try settings.review.map {
            try Review(contentsOf: $0.path).checked(against: ReviewedNames(features), from: $0.path)
        }
        var sources = try textCheckpoint(review)?.sources() ?? [:]
        if let review = settings.review { sources["review"] = try SourceFingerprint.ofContent(review.path) }
        let provenance = try Provenance(
            parameters: settings.parameters, inputs: [features, mismatch] + [descriptions].compactMap { $0 },
            sources: sources, software: SoftwareVersions.current, seed: nil)
        let writer = try output.writer(.label, schema: .labels, provenance: provenance)

        let classes = try review?.classes ?? RunClasses(features)
        let names = classes.names
        let labels = try classes.of(features.indices(\.images.label, in: -1..<classes.ofDataSet.count))
        let roles = try mismatch.values(\.split.role)
        guard roles.count == labels.count else {
            throw ArtifactError(
                "\(mismatch.path) divides \(roles.count) images, but \(features.path) has \(labels.count): "
                    + "run cap-detect again")
        }
        let rejected = Set(review?.rejected ?? [])
        func images(_ role: ImageRole) -> [Int] { roles.indices.filter { roles[$0] == role && !rejected.contains($0) } }
        let answers = review?.labels ?? [:]
        let unlabeled = images(.unlabeled).filter { answers[$0] == nil }
        let drawn = images(.labeled)
        if let unknown = drawn.first(where: { labels[$0] < 0 && answers[$0] == nil }) {
            throw ArtifactError(
                "\(mismatch.path) counts image \(unknown) as labeled, but \(features.path) has no label of it: "
                    + "run cap-detect again")
        }
        let labeled = drawn + answers.keys.filter { roles[$0] != .labeled }.sorted()
        let dataSetCandidates = try mismatch.indices(\.split.candidate, in: classes.ofDataSet.indices)
        let candidates = classes.distinct(dataSetCandidates)
        let seen = try classes.distinct(mismatch.indices(\.split.seen, in: classes.ofDataSet.indices))
        if let both = seen.first(where: candidates.contains) {
            throw ArtifactError(
                "\(settings.review?.path ?? mismatch.path): \(names[both]) would be a class that has labels and one that has none, "
                    + "which trzsl keeps apart: make the same only classes of one kind")
        }
        guard method.selection != .none || method.training == .none || !labeled.isEmpty else {
            throw ArtifactError(
                "\(mismatch.path): the method \(method.name) learns from labels, and the paradigm "
                    + "\(try mismatch.value(\.paradigm).rawValue) has none: choose ssl or trzsl")
        }
        var described = try descriptions.map { try chosen($0, classes) } ?? [:]
        let reviewedTexts = try encoded(review, features)
        for (label, text) in reviewedTexts where method.alignsConcepts && candidates.contains(label) { described[label] = text }
        let schedule = schedule
        let count = schedule.count(round: 1, images: unlabeled.count, classes: candidates.count)
        let pseudolabels = try pick(
            count, from: unlabeled, classes, dataSetCandidates, described: described, reviewedTexts, features: features, writer)

        try writer.set(\.paradigm, to: mismatch.value(\.paradigm))
        try writer.set(\.method, to: method.name)
        try writer.set(\.k, to: count)
        if method.rounds != nil {
            try writer.set(\.rounds, to: schedule.rounds)
            try writer.set(\.schedule, to: schedule.fixed == nil ? "growing" : "fixed")
        }
        try writer.write(names, to: \.classes.name)
        try writer.write(labeled, to: \.labeled.image)
        try writer.write(labeled.map { answers[$0] ?? labels[$0] }, to: \.labeled.label)
        try writer.write(pseudolabels.map(\.image), to: \.pseudolabeled.image)
        try writer.write(pseudolabels.map(\.label), to: \.pseudolabeled.label)
        try writer.write(pseudolabels.map(\.confidence), to: \.pseudolabeled.confidence)
        try writer.write(pseudolabels.map(\.origin), to: \.pseudolabeled.origin)
        try writer.write(unlabeled, to: \.unlabeledImages)
        try writer.write(seen, to: \.split.seen)
        try writer.write(
            classes.distinct(mismatch.indices(\.split.unseen, in: classes.ofDataSet.indices)), to: \.split.unseen)
        if let review {
            try writer.write(classes.phrases, to: \.reviewed.phrase)
            try writer.write(classes.representatives, to: \.reviewed.representative)
            try writer.write(classes.ofDataSet, to: \.reviewed.ofDataSet)
            try writer.write(review.rejected, to: \.reviewed.rejected)
        }
        try writer.commit()

        let known = pseudolabels.filter { labels[$0.image] >= 0 }
        let perClass = Dictionary(grouping: pseudolabels, by: \.label).mapValues(\.count)
        return Result(
            count: count,
            isBelowOne: schedule.fixed == nil && unlabeled.count / max(1, schedule.rounds) < candidates.count,
            labeled: labeled.count, unlabeled: unlabeled.count, pseudolabeled: pseudolabels.count,
            described: described.keys.sorted().map { names[$0] }, reviewed: answers.count, rejected: rejected.count,
            short: method.selection == .none ? [] : candidates.filter { perClass[$0, default: 0] < count }.map { names[$0] },
            accuracy: known.isEmpty
                ? nil : Double(known.count { labels[$0.image] == $0.label }) / Double(known.count),
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// The CLIP that first texts and those of a review are encoded with; nil where there are none.
    private func textCheckpoint(_ review: CheckedReview?) -> CheckpointChoice? {
        guard encodesFirstTexts || review?.texts.isEmpty == false, settings.checkpoint != nil else { return nil }
        return try? settings.checkpointChoice
    }

    private var encodesFirstTexts: Bool { method.selection == .leaderboard && settings.firstText == .literal }

    /// The text features of the classes that a review describes or renames, each `[dim]`.
    private func encoded(_ review: CheckedReview?, _ features: ArtifactReader<FeaturesSchema>) throws -> [Int: Tensor] {
        guard let review, !review.texts.isEmpty else { return [:] }
        guard let checkpoint = textCheckpoint(review) else {
            throw ArtifactError(
                "\(settings.review?.path ?? ""): has names or descriptions, which CLIP has to read: name the checkpoint with "
                    + "--checkpoint")
        }
        let clip = try checkpoint.open(matching: features).clip
        let encoder = try clip.textEncoder()
        return try review.texts.mapValues { texts in
            try encoder.normalizedFeatures(texts.map(clip.tokens)).mean(dim: 0).reshaped([1, -1]).l2Normalized().reshaped([-1])
        }
    }

    private func readDescriptions() throws -> ArtifactReader<DescriptionsSchema>? {
        guard method.alignsConcepts else { return nil }
        guard let descriptions else {
            throw ArtifactError("the method \(method.name) needs the descriptions.h5 that cap-describe writes: name it too")
        }
        return try ArtifactReader(descriptions, schema: .descriptions)
    }

    /// k of the method's rounds.
    private var schedule: PseudolabelSchedule {
        settings.schedule == .growing ? .growing(rounds: settings.rounds) : .fixed(settings.k, rounds: settings.rounds)
    }

    /// - Parameters:
    ///   - places: the classes of the data set that keep pseudolabels.
    ///   - reviewed: the texts of a review by the run's class, which are scored in the place of names.
    private func pick(
        _ count: Int, from images: [Int], _ runClasses: RunClasses, _ places: [Int], described: [Int: Tensor],
        _ reviewed: [Int: Tensor], features: ArtifactReader<FeaturesSchema>, _ writer: ArtifactWriter<LabelsSchema>
    ) throws -> [Pseudolabel] {
        let classCount = runClasses.names.count
        let classes = runClasses.distinct(places)
        let nameRanks = try NameOrder.ranks(of: features.values(\.images.name))
        let imageFeatures = try features.tensor(\.images.features)
        let rule: PseudolabelSelection.Rule
        switch method.selection {
        case .none: return []
        case .aligned:
            return try InitialPseudolabels(count: count, isExclusive: settings.exclusive).pick(
                from: images, probabilities: runClasses.summed(features.values(\.zeroShotProbabilities)), classCount: classCount,
                classes: classes, nameRanks: nameRanks, features: imageFeatures, descriptions: described)
        case .leaderboard: rule = .leaderboard
        case .candidates:
            let isTransfer = classes.count < classCount
            let beta = (settings.beta ?? (isTransfer ? .auto(2) : .fixed(0.9))).value(classes: classes.count)
            let alpha = settings.alpha
            try writer.set(\.alpha, to: alpha)
            try writer.set(\.beta, to: beta)
            rule = .candidates(CandidateSets(alpha: alpha, beta: beta))
        }
        let first = try firstTextFeatures(features)
        let text = try Tensor.concat(
            places.map { place in
                let label = runClasses.ofDataSet[place]
                let own = runClasses.representatives[label] == place ? reviewed[label] : nil
                return try (own ?? first.select(dim: 0, index: place)).reshaped([1, -1])
            }, dim: 0)
        let probabilities = try ZeroShot.probabilities(
            images: imageFeatures.rows(images), texts: text, scale: Double(features.value(\.logitScale)))
        let selection = PseudolabelSelection(
            rule: rule, classes: classes, classCount: classCount, nameRanks: nameRanks)
        let lists = try selection.pick(
            from: images, probabilities: runClasses.summed(probabilities.floats(), of: places), count: count, previous: [],
            origin: .zeroShot)
        return Array(lists.joined())
    }

    /// The text features that the first pseudolabels are scored with, `[classes of the data set, dim]`.
    private func firstTextFeatures(_ features: ArtifactReader<FeaturesSchema>) throws -> Tensor {
        guard encodesFirstTexts else { return try features.tensor(\.classes.textFeatures) }
        guard let checkpoint = textCheckpoint(nil) else {
            throw ArtifactError(
                "the method \(method.name) encodes its first texts anew: name the checkpoint with --checkpoint, or "
                    + "use those of \(features.path) with --first-text formatted")
        }
        let clip = try checkpoint.open(matching: features).clip
        let texts = try features.values(\.classes.phrase).map { clip.tokens(ClassTemplate.photo + $0) }
        return try clip.textEncoder().normalizedFeatures(texts)
    }

    /// The text features of the chosen descriptions by the run's class; those of classes that were counted to others are gone.
    private func chosen(_ descriptions: ArtifactReader<DescriptionsSchema>, _ classes: RunClasses) throws -> [Int: Tensor] {
        let described = try descriptions.indices(\.classes.described, in: classes.ofDataSet.indices)
        let features = try descriptions.tensor(\.chosen.features)
        var chosen: [Int: Tensor] = [:]
        for (row, place) in described.enumerated() {
            let label = classes.ofDataSet[place]
            guard classes.representatives[label] == place else { continue }
            chosen[label] = try features.select(dim: 0, index: row)
        }
        return chosen
    }
}
