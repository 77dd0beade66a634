/// The leaderboard that picks top-k pseudolabels: per class a list of at most `capacity` images, filled in one pass
/// over the images in order.
///
/// An image is offered to the class it is predicted as. That class takes it when its list has room or when the
/// list's last entry is less confident; otherwise the image is offered to every other class under the same rule, so
/// one rejected image can enter several lists. An image pushed out of a list is not offered again.
///
/// Source: `pseudolabel_top_k` of FPL and GRIP (Menghini et al., NeurIPS 2023), and CAP's variant of it. The outcome
/// depends on the order of the images, and so do the published numbers.
public struct Leaderboard: Sendable {
    /// How a list behaves while it still has room.
    public enum Filling: Sendable {
        /// FPL: entries stand in order of arrival until the list is first full, so its last entry need not be its
        /// least confident.
        case byArrival
        /// CAP: the list is sorted whenever an image predicted as its class enters.
        case sorted
    }

    /// An image on a class's list.
    public struct Entry: Sendable, Hashable {
        /// Index of the image.
        public var image: Int
        /// Probability of the list's class for this image.
        public var probability: Float
    }

    private struct List {
        var entries: [Entry] = []
        var isSorted = true
    }

    /// k, the most images a list keeps.
    public let capacity: Int
    private let filling: Filling
    private let nameRanks: [Int]
    /// One list per class; nil where the class keeps none.
    private var lists: [List?]

    /// An empty leaderboard.
    ///
    /// - Parameters:
    ///   - classCount: number of classes, which is the number of probabilities that come with every image.
    ///   - classes: the classes that keep a list. The others can be what an image is predicted as, and then the
    ///     image is offered to the lists as a rejected one (zero-shot transfer: only unseen classes keep lists).
    ///   - capacity: k, the most images a list keeps.
    ///   - nameRanks: rank of every image's name, from ``NameOrder/ranks(of:)``; equal probabilities put the later
    ///     name first.
    public init(classCount: Int, classes: [Int], capacity: Int, nameRanks: [Int], filling: Filling) throws {
        guard capacity > 0 else {
            throw CAPError("k = \(capacity) pseudolabels per class: k must be at least 1.")
        }
        if let outside = classes.first(where: { $0 < 0 || $0 >= classCount }) {
            throw CAPError("Class \(outside) cannot keep pseudolabels: there are only \(classCount) classes.")
        }
        self.capacity = capacity
        self.filling = filling
        self.nameRanks = nameRanks
        lists = Array(repeating: nil, count: max(classCount, 0))
        for label in classes { lists[label] = List() }
    }

    /// The images each class keeps, in list order; empty for a class that keeps no list.
    public var entries: [[Entry]] {
        lists.map { $0?.entries ?? [] }
    }

    /// Offers an image to the lists.
    ///
    /// - Parameters:
    ///   - image: index of the image.
    ///   - probabilities: its probability for every class, `[classes]`.
    public mutating func offer(image: Int, probabilities: some RandomAccessCollection<Float>) throws {
        guard nameRanks.indices.contains(image), probabilities.count == lists.count else {
            throw CAPError(
                "Image \(image) with \(probabilities.count) probabilities was offered to a leaderboard of "
                    + "\(nameRanks.count) images and \(lists.count) classes.")
        }
        var prediction = Entry(image: image, probability: -.infinity)
        var predictedClass: Int?
        for (label, probability) in probabilities.enumerated() where probability > prediction.probability {
            prediction.probability = probability
            predictedClass = label
        }
        if let predictedClass, accept(prediction, into: predictedClass, asPredicted: true) { return }

        // Every other list decides on its own, so the order in which they are asked does not matter.
        for (label, probability) in probabilities.enumerated() where label != predictedClass {
            _ = accept(Entry(image: image, probability: probability), into: label, asPredicted: false)
        }
    }

    /// Whether the list of class `label` took `entry`.
    private mutating func accept(_ entry: Entry, into label: Int, asPredicted: Bool) -> Bool {
        guard var list = lists[label] else { return false }
        if list.entries.count < capacity {
            if asPredicted && filling == .sorted {
                insert(entry, into: &list)
            } else {
                if let last = list.entries.last, !precedes(last, entry) { list.isSorted = false }
                list.entries.append(entry)
            }
        } else {
            guard let last = list.entries.last, last.probability < entry.probability else { return false }
            insert(entry, into: &list)
            list.entries.removeLast()
        }
        lists[label] = list
        return true
    }

    /// Puts `entry` in its place, sorting the list first if need be.
    private func insert(_ entry: Entry, into list: inout List) {
        if !list.isSorted {
            list.entries.sort(by: precedes)
            list.isSorted = true
        }
        var low = 0
        var high = list.entries.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(list.entries[middle], entry) { low = middle + 1 } else { high = middle }
        }
        list.entries.insert(entry, at: low)
    }

    /// Descending probability, then descending name.
    private func precedes(_ a: Entry, _ b: Entry) -> Bool {
        a.probability != b.probability
            ? a.probability > b.probability : nameRanks[a.image] > nameRanks[b.image]
    }
}
