import Methods
import Tensors

/// The pseudolabels that training starts with, D_PL (CAP, section 3): per class k unlabeled images.
///
/// A class that a description replaces keeps the k images nearest to it; the others keep the images on their
/// zero-shot leaderboard.
public struct InitialPseudolabels: Sendable {
    /// k, the images per class.
    public var count: Int
    /// Whether an image stays only in the list where it stands best; otherwise it may stand in several.
    public var isExclusive: Bool

    public init(count: Int, isExclusive: Bool = false) {
        self.count = count
        self.isExclusive = isExclusive
    }

    /// Picks the pseudolabels.
    ///
    /// - Parameters:
    ///   - images: the unlabeled images, in the order in which they are offered to the leaderboard.
    ///   - probabilities: zero-shot probability of every class, row-major `[all images, classes]`.
    ///   - classCount: number of classes.
    ///   - classes: the classes that keep pseudolabels (zero-shot transfer: the unseen ones).
    ///   - nameRanks: rank of every image's name, from ``NameOrder/ranks(of:)``; equal confidences put the later
    ///     name first.
    ///   - features: L2-normalised image features, `[all images, dim]`.
    ///   - descriptions: L2-normalised text features of the chosen descriptions, by class, each `[dim]`.
    /// - Returns: the classes' lists in ascending order of the class, each most confident first.
    public func pick(
        from images: [Int], probabilities: [Float], classCount: Int, classes: [Int], nameRanks: [Int],
        features: Tensor, descriptions: [Int: Tensor]
    ) throws -> [Pseudolabel] {
        let imageCount = nameRanks.count
        guard classCount > 0, probabilities.count == imageCount * classCount, features.rank == 2,
            features.shape[0] == imageCount
        else {
            throw CAPError(
                "\(imageCount) images, \(probabilities.count) probabilities of \(classCount) classes and features of "
                    + "shape \(features.shape) do not fit together.")
        }
        if let stranger = images.first(where: { !nameRanks.indices.contains($0) }) {
            throw CAPError("Image \(stranger) cannot be pseudolabeled: there are \(imageCount) images.")
        }
        if let stray = descriptions.keys.sorted().first(where: { !classes.contains($0) }) {
            throw CAPError("Class \(stray) has a description but keeps no pseudolabels.")
        }
        var board = try Leaderboard(
            classCount: classCount, classes: classes, capacity: count, nameRanks: nameRanks, filling: .sorted)
        for image in images {
            try board.offer(
                image: image, probabilities: probabilities[image * classCount..<(image + 1) * classCount])
        }
        var lists = board.entries.enumerated().map { label, entries in
            entries.map {
                Pseudolabel(image: $0.image, label: label, confidence: $0.probability, origin: .zeroShot)
            }
        }
        for (label, description) in descriptions {
            let cosines = try features.matmul(description.reshaped([-1, 1])).floats()
            lists[label] = images.map {
                Pseudolabel(image: $0, label: label, confidence: cosines[$0], origin: .description)
            }
        }
        lists = lists.map { list in
            Array(list.sorted { Pseudolabel.precedes($0, $1, nameRanks: nameRanks) }.prefix(count))
        }
        return isExclusive ? Self.exclusive(lists) : Array(lists.joined())
    }

    /// Keeps each image only where its rank is best; a list of a description, then the lower class, goes first
    /// among equal ranks.
    private static func exclusive(_ lists: [[Pseudolabel]]) -> [Pseudolabel] {
        struct Place {
            var rank: Int
            var pseudolabel: Pseudolabel

            func isBetter(than other: Place) -> Bool {
                if rank != other.rank { return rank < other.rank }
                if pseudolabel.origin != other.pseudolabel.origin { return pseudolabel.origin == .description }
                return pseudolabel.label < other.pseudolabel.label
            }
        }
        var best: [Int: Place] = [:]
        for list in lists {
            for (rank, pseudolabel) in list.enumerated() {
                let place = Place(rank: rank, pseudolabel: pseudolabel)
                if best[pseudolabel.image].map(place.isBetter) ?? true { best[pseudolabel.image] = place }
            }
        }
        return lists.joined().filter { best[$0.image]?.pseudolabel == $0 }
    }
}
