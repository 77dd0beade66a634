import Artifacts
import CAP
import CLIP
import DataSets
import Methods
import Tensors
import Vocabulary

/// Picks the pseudolabels that training starts with: `features.h5`, `mismatch.h5` and, for methods that align concepts,
/// `descriptions.h5` in, `labels.h5` out.
public struct Label {
    public var features: String
    public var mismatch: String
    /// nil for methods that have none.
    public var descriptions: String?
    public var output: String
    public var method = Method.cap
    /// k, pseudolabels per class, where it is the same in every round.
    public var count = 16
    /// Whether an image stands in one class's list only; for CAP.
    public var isExclusive = false
    /// Rounds of pseudolabels; nil for the method's own number.
    public var rounds: Int?
    /// Whether k grows from round to round; nil for what the method does.
    public var grows: Bool?
    /// The text that the first pseudolabels of FPL, IFPL and GRIP are scored with.
    public var firstText = FirstText.literal
    /// Where `firstText` needs it.
    public var checkpoint: CheckpointChoice?
    /// CPL's cut within an image.
    public var alpha = 0.6
    /// CPL's cut within a class; nil for 1 − 2 / unseen classes in zero-shot transfer and 0.9 elsewhere.
    public var beta: Beta?

    /// The text of a class before anything is learned.
    public enum FirstText: String, Sendable, CaseIterable {
        /// "a photo of a {}banded": the reference joins template and name, and the braces stay.
        case literal
        /// "a photo of a banded", as features.h5 has it.
        case formatted
    }

    /// CPL's β.
    public enum Beta: Sendable, Equatable {
        case fixed(Double)
        /// 1 − g / classes with pseudolabels.
        case auto(Double)

        /// "0.97", or "auto*2.0" as the reference writes it.
        public init?(_ text: String) {
            if text.hasPrefix("auto*") {
                guard let g = Double(text.dropFirst(5)), g >= 0 else { return nil }
                self = .auto(g)
            } else {
                guard let value = Double(text), (0...1).contains(value) else { return nil }
                self = .fixed(value)
            }
        }

        func value(classes: Int) -> Double {
            switch self {
            case .fixed(let value): value
            case .auto(let g): max(0, 1 - g / Double(max(1, classes)))
            }
        }
    }

    public init(features: String, mismatch: String, descriptions: String?, output: String) {
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
        let provenance = try Provenance(
            parameters: parameters, inputs: [features, mismatch] + [descriptions].compactMap { $0 },
            software: SoftwareVersions.current, seed: nil)
        let writer = try ArtifactWriter(output, schema: .labels, provenance: provenance)

        let names = try features.strings("classes/name")
        let labels = try features.indices("images/label", in: -1..<names.count)
        let roles = try mismatch.bytes("split/role")
        guard roles.count == labels.count else {
            throw ArtifactError(
                "\(mismatch.path) divides \(roles.count) images, but \(features.path) has \(labels.count): "
                    + "run cap-detect again")
        }
        func images(_ role: ImageRole) -> [Int] { roles.indices.filter { roles[$0] == role.rawValue } }
        let unlabeled = images(.unlabeled)
        let labeled = images(.labeled)
        if let unknown = labeled.first(where: { labels[$0] < 0 }) {
            throw ArtifactError(
                "\(mismatch.path) counts image \(unknown) as labeled, but \(features.path) has no label of it: "
                    + "run cap-detect again")
        }
        let candidates = try mismatch.indices("split/candidate", in: names.indices)
        guard method.selection != .none || method.training == .none || !labeled.isEmpty else {
            throw ArtifactError(
                "\(mismatch.path): the method \(method.name) learns from labels, and the paradigm "
                    + "\(try mismatch.string(attribute: "paradigm")) has none: choose ssl or trzsl")
        }
        let described = try descriptions.map { try chosen($0, classes: names.indices) } ?? [:]
        let schedule = schedule
        let count = schedule.count(round: 1, images: unlabeled.count, classes: candidates.count)
        let pseudolabels = try pick(
            count, from: unlabeled, classes: candidates, described: described, features: features, writer)

        try writer.set("paradigm", to: mismatch.string(attribute: "paradigm"))
        try writer.set("method", to: method.name)
        try writer.set("k", to: count)
        if method.rounds != nil {
            try writer.set("rounds", to: schedule.rounds)
            try writer.set("schedule", to: schedule.fixed == nil ? "growing" : "fixed")
        }
        try writer.write(names, to: "classes/name")
        try writer.write(labeled.map(Int32.init(clamping:)), to: "labeled/image")
        try writer.write(labeled.map { Int32(clamping: labels[$0]) }, to: "labeled/label")
        try writer.write(pseudolabels.map { Int32(clamping: $0.image) }, to: "pseudolabeled/image")
        try writer.write(pseudolabels.map { Int32(clamping: $0.label) }, to: "pseudolabeled/label")
        try writer.write(pseudolabels.map(\.confidence), to: "pseudolabeled/confidence")
        try writer.write(pseudolabels.map(\.origin.rawValue), to: "pseudolabeled/origin")
        try writer.write(unlabeled.map(Int32.init(clamping:)), to: "unlabeled/image")
        for group in ["split/seen", "split/unseen"] {
            try writer.write(mismatch.indices(group, in: names.indices).map(Int32.init(clamping:)), to: group)
        }
        try writer.commit()

        let known = pseudolabels.filter { labels[$0.image] >= 0 }
        let perClass = Dictionary(grouping: pseudolabels, by: \.label).mapValues(\.count)
        return Result(
            count: count,
            isBelowOne: schedule.fixed == nil && unlabeled.count / max(1, schedule.rounds) < candidates.count,
            labeled: labeled.count, unlabeled: unlabeled.count, pseudolabeled: pseudolabels.count,
            described: described.keys.sorted().map { names[$0] },
            short: method.selection == .none ? [] : candidates.filter { perClass[$0, default: 0] < count }.map { names[$0] },
            accuracy: known.isEmpty
                ? nil : Double(known.count { labels[$0.image] == $0.label }) / Double(known.count),
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private var parameters: [String: JSONValue] {
        var parameters: [String: JSONValue] = ["method": .string(method.name), "k": .int(count)]
        switch method.selection {
        case .none: break
        case .aligned: parameters["exclusive"] = .bool(isExclusive)
        case .leaderboard: parameters["first_text"] = .string(firstText.rawValue)
        case .candidates: parameters["alpha"] = .double(alpha)
        }
        return parameters
    }

    private func readDescriptions() throws -> ArtifactReader? {
        guard method.alignsConcepts else { return nil }
        guard let descriptions else {
            throw ArtifactError("the method \(method.name) needs the descriptions.h5 that cap-describe writes: name it too")
        }
        return try ArtifactReader(descriptions, schema: .descriptions)
    }

    /// k of the method's rounds.
    private var schedule: PseudolabelSchedule {
        guard let own = method.rounds else { return .fixed(count, rounds: 1) }
        let rounds = rounds ?? own.count
        return grows ?? own.grows ? .growing(rounds: rounds) : .fixed(count, rounds: rounds)
    }

    private func pick(
        _ count: Int, from images: [Int], classes: [Int], described: [Int: Tensor], features: ArtifactReader,
        _ writer: ArtifactWriter
    ) throws -> [Pseudolabel] {
        let classCount = try features.count("classes/name")
        let nameRanks = try NameOrder.ranks(of: features.strings("images/name"))
        let imageFeatures = try Tensor(features.floats("images/features"), shape: features.shape("images/features"))
        let rule: PseudolabelSelection.Rule
        switch method.selection {
        case .none: return []
        case .aligned:
            return try InitialPseudolabels(count: count, isExclusive: isExclusive).pick(
                from: images, probabilities: features.floats("zero_shot/probabilities"), classCount: classCount,
                classes: classes, nameRanks: nameRanks, features: imageFeatures, descriptions: described)
        case .leaderboard: rule = .leaderboard
        case .candidates:
            let isTransfer = classes.count < classCount
            let beta = (beta ?? (isTransfer ? .auto(2) : .fixed(0.9))).value(classes: classes.count)
            try writer.set("alpha", to: alpha)
            try writer.set("beta", to: beta)
            rule = .candidates(CandidateSets(alpha: alpha, beta: beta))
        }
        let text = try firstTextFeatures(features).rows(classes)
        let probabilities = try (imageFeatures.rows(images).matmul(text.transposed(0, 1))
            * Double(features.float("logit_scale"))).softmax(dim: 1)
        let selection = PseudolabelSelection(
            rule: rule, classes: classes, classCount: classCount, nameRanks: nameRanks)
        let lists = try selection.pick(
            from: images, probabilities: probabilities.floats(), count: count, previous: [], origin: .zeroShot)
        return Array(lists.joined())
    }

    /// The text features that the first pseudolabels are scored with, `[classes, dim]`.
    private func firstTextFeatures(_ features: ArtifactReader) throws -> Tensor {
        guard method.selection == .leaderboard, firstText == .literal else {
            return try Tensor(features.floats("classes/text_features"), shape: features.shape("classes/text_features"))
        }
        guard let checkpoint else {
            throw ArtifactError(
                "the method \(method.name) encodes its first texts anew: name the checkpoint with --checkpoint, or "
                    + "use those of \(features.path) with --first-text formatted")
        }
        let clip = try checkpoint.open(matching: features).clip
        let texts = try features.strings("classes/phrase").map { clip.tokens("a photo of a {}\($0)") }
        return try clip.textEncoder().normalizedFeatures(texts)
    }

    /// The text features of the chosen descriptions by class.
    private func chosen(_ descriptions: ArtifactReader, classes: Range<Int>) throws -> [Int: Tensor] {
        let described = try descriptions.indices("classes/mismatched", in: classes)
        let features = try Tensor(
            descriptions.floats("chosen/features"), shape: descriptions.shape("chosen/features"))
        var chosen: [Int: Tensor] = [:]
        for (row, label) in described.enumerated() { chosen[label] = try features.select(dim: 0, index: row) }
        return chosen
    }
}
