/// Divides each class's images into a training and a test part where a data set comes without.
///
/// One numpy legacy generator is seeded; class by class, in the order of the classes, the images (bytewise
/// order of paths) are permuted and the first `max(1, floor(fraction · n + 0.5))` of them become the test
/// part, but never all of a class. In Python: `p = rng.permutation(n); test = p[:m]` with `rng =
/// numpy.random.RandomState(seed)`.
enum SeededSplit {
    /// The share of a class that is for testing where nothing else is said.
    static let usualFraction = 0.2

    /// Which of the images are for testing; images without a label never are.
    ///
    /// - Parameters:
    ///   - labels: `[image]`, in the images' order.
    ///   - fraction: The share of a class's images that is for testing, 0 ... 1.
    static func test(labels: [Int?], classCount: Int, fraction: Double, seed: UInt32) throws -> [Bool] {
        guard fraction >= 0, fraction < 1 else {
            throw DataSetError(
                "A test part of \(fraction) of the images is not possible: it must be at least 0 and below 1."
            )
        }
        var positions = [[Int]](repeating: [], count: classCount)
        for case (let index, let label?) in zip(labels.indices, labels) { positions[label].append(index) }
        var random = NumpyLegacyRandom(seed: seed)
        var isTest = [Bool](repeating: false, count: labels.count)
        guard fraction > 0 else { return isTest }
        for images in positions {
            let share = Int((fraction * Double(images.count)).rounded(.toNearestOrAwayFromZero))
            let count = min(max(1, share), images.count - 1)
            for pick in random.permutation(images.count).prefix(max(0, count)) { isTest[images[pick]] = true }
        }
        return isTest
    }

    /// What people are told when a part was set aside.
    static func notice(
        _ reason: String, _ count: Int, of all: Int, _ fraction: Double, _ options: LoadOptions
    ) -> String {
        "\(reason): \(Wording.grouped(count)) of \(Wording.count(all, "image")) were set aside for "
            + "testing, a share of \(fraction) of every class, seed \(options.testSeed)."
    }
}
