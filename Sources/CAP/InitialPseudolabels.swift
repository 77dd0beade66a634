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
    ///   - probabilities: zero-shot probability of every class, row-major `[images, classes]`, images in their order on
    ///     disk.
    ///   - classCount: number of classes.
    ///   - classes: the classes that keep pseudolabels (zero-shot transfer: the unseen ones).
    ///   - names: the images' names, which order equal probabilities.
    ///   - features: L2-normalised image features, `[images, dim]`.
    ///   - descriptions: L2-normalised text features of the chosen descriptions, by class, each `[dim]`.
    /// - Returns: by class in ascending order, each class's list most confident first; `image` is the
    ///   position in `names`.
    public func pick(
        probabilities: [Float], classCount: Int, classes: [Int], names: [String], features: Tensor,
        descriptions: [Int: Tensor]
    ) throws -> [Pseudolabel] {
        guard classCount > 0, probabilities.count == names.count * classCount, features.rank == 2,
            features.shape[0] == names.count
        else {
            throw CAPError(
                "\(names.count) images, \(probabilities.count) probabilities of \(classCount) classes and features of "
                    + "shape \(features.shape) do not fit together.")
        }
        if let stray = descriptions.keys.sorted().first(where: { !classes.contains($0) }) {
            throw CAPError("Class \(stray) has a description but keeps no pseudolabels.")
        }
        var board = try Leaderboard(
            classCount: classCount, classes: classes, capacity: count, names: names, filling: .sorted)
        for image in names.indices {
            try board.offer(
                image: image, probabilities: probabilities[image * classCount..<(image + 1) * classCount])
        }

        let nameRanks = NameOrder.ranks(of: names)
        var lists = board.entries.enumerated().map { label, entries in
            entries.map {
                Pseudolabel(image: $0.image, label: label, confidence: $0.probability, origin: .zeroShot)
            }
        }
        for (label, description) in descriptions {
            lists[label] = try nearest(to: description, label: label, features: features, nameRanks: nameRanks)
        }
        for label in lists.indices {
            lists[label].sort { Pseudolabel.precedes($0, $1, nameRanks: nameRanks) }
        }
        return isExclusive ? Self.exclusive(lists) : Array(lists.joined())
    }

    /// The images with the largest cosine to a description.
    private func nearest(
        to description: Tensor, label: Int, features: Tensor, nameRanks: [Int]
    ) throws -> [Pseudolabel] {
        let cosines = try features.matmul(description.reshaped([-1, 1])).floats()
        return cosines.enumerated()
            .map { Pseudolabel(image: $0, label: label, confidence: $1, origin: .description) }
            .sorted { Pseudolabel.precedes($0, $1, nameRanks: nameRanks) }
            .prefix(count).map { $0 }
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
