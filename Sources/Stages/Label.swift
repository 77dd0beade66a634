import Artifacts
import CAP
import DataSets
import Tensors

/// Picks the pseudolabels that training starts with: `features.h5`, `mismatch.h5` and `descriptions.h5` in,
/// `labels.h5` out.
public struct Label {
    public var features: String
    public var mismatch: String
    public var descriptions: String
    public var output: String
    /// k, pseudolabels per class.
    public var count = 16
    /// Whether an image stands in one class's list only.
    public var isExclusive = false

    public init(features: String, mismatch: String, descriptions: String, output: String) {
        self.features = features
        self.mismatch = mismatch
        self.descriptions = descriptions
        self.output = output
    }

    /// What a run did.
    public struct Result {
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
        let descriptions = try ArtifactReader(descriptions, schema: .descriptions)
        let provenance = try Provenance(
            parameters: ["k": .int(count), "exclusive": .bool(isExclusive)],
            inputs: [features, mismatch, descriptions], software: SoftwareVersions.current, seed: nil)
        let writer = try ArtifactWriter(output, schema: .labels, provenance: provenance)

        let names = try features.strings("classes/name")
        let labels = try features.indices("images/label", in: -1..<names.count)
        let roles = try mismatch.bytes("split/role")
        guard roles.count == labels.count else {
            throw ArtifactError(
                "\(mismatch.path) divides \(roles.count) images, but \(features.path) has \(labels.count): "
                    + "run cap-detect again")
        }
        func images(_ role: ParadigmSplit.Role) -> [Int] { roles.indices.filter { roles[$0] == role.rawValue } }
        let unlabeled = images(.unlabeled)
        let labeled = images(.labeled)
        if let unknown = labeled.first(where: { labels[$0] < 0 }) {
            throw ArtifactError(
                "\(mismatch.path) counts image \(unknown) as labeled, but \(features.path) has no label of it: "
                    + "run cap-detect again")
        }
        let candidates = try mismatch.indices("split/candidate", in: names.indices)
        let described = try chosen(descriptions, classes: names.indices)
        let pseudolabels = try InitialPseudolabels(count: count, isExclusive: isExclusive).pick(
            from: unlabeled, probabilities: features.floats("zero_shot/probabilities"), classCount: names.count,
            classes: candidates, nameRanks: NameOrder.ranks(of: features.strings("images/name")),
            features: Tensor(features.floats("images/features"), shape: features.shape("images/features")),
            descriptions: described)

        try writer.set("paradigm", to: mismatch.string(attribute: "paradigm"))
        try writer.set("k", to: count)
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
            labeled: labeled.count, unlabeled: unlabeled.count, pseudolabeled: pseudolabels.count,
            described: described.keys.sorted().map { names[$0] },
            short: candidates.filter { perClass[$0, default: 0] < count }.map { names[$0] },
            accuracy: known.isEmpty
                ? nil : Double(known.count { labels[$0.image] == $0.label }) / Double(known.count),
            seconds: (ContinuousClock.now - start) / .seconds(1))
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
