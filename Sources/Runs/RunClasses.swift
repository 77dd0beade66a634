import Artifacts

/// The classes that a run tells apart: those of the data set, or what a review made of them, in which some are called otherwise
/// and several may be one.
public struct RunClasses: Sendable, Equatable {
    public let names: [String]
    /// What stands for each in prompts.
    public let phrases: [String]
    /// The class of the run that each class of the data set is counted to, `[classes of the data set]`.
    public let ofDataSet: [Int]
    /// The class of the data set that each class of the run goes on, `[classes]`.
    public let representatives: [Int]

    public init(names: [String], phrases: [String], ofDataSet: [Int], representatives: [Int]) {
        self.names = names
        self.phrases = phrases
        self.ofDataSet = ofDataSet
        self.representatives = representatives
    }

    /// Those of the data set.
    public init(_ features: ArtifactReader<FeaturesSchema>) throws {
        names = try features.values(\.classes.name)
        phrases = try features.values(\.classes.phrase)
        ofDataSet = Array(names.indices)
        representatives = ofDataSet
    }

    /// Those that labels were picked for.
    public init(_ labels: ArtifactReader<LabelsSchema>, _ features: ArtifactReader<FeaturesSchema>) throws {
        guard labels.has(\.reviewed.ofDataSet) else {
            try self.init(features)
            return
        }
        let count = try features.count(\.classes.name)
        let names = try labels.values(\.classes.name)
        try self.init(
            names: names, phrases: labels.values(\.reviewed.phrase),
            ofDataSet: labels.indices(\.reviewed.ofDataSet, in: names.indices),
            representatives: labels.indices(\.reviewed.representative, in: 0..<count))
        guard ofDataSet.count == count else {
            throw ArtifactError(
                "\(labels.path): its review is of \(ofDataSet.count) classes, and \(features.path) has \(count): "
                    + "run cap-label again")
        }
    }

    /// Whether every class is one of the data set's, whatever it is called.
    public var areAsInDataSet: Bool { ofDataSet == Array(names.indices) }

    /// The run's class of each class of the data set; −1, unknown, stays.
    public func of(_ labels: [Int]) -> [Int] { labels.map { $0 < 0 ? $0 : ofDataSet[$0] } }

    /// The run's classes that classes of the data set are counted to, each once, in their order.
    public func distinct(_ places: [Int]) -> [Int] {
        var known: Set<Int> = []
        return places.map { ofDataSet[$0] }.filter { known.insert($0).inserted }
    }

    /// Probabilities of the run's classes: those of classes that are one are summed.
    ///
    /// - Parameters:
    ///   - probabilities: row-major `[images, classes of the data set]`.
    ///   - places: the classes that the columns stand for, where they are not all of the data set's.
    /// - Returns: row-major `[images, classes]`, with the columns of ``distinct(_:)``.
    public func summed(_ probabilities: [Float], of places: [Int]? = nil) -> [Float] {
        guard !areAsInDataSet else { return probabilities }
        let places = places ?? Array(ofDataSet.indices)
        let classes = places.count == ofDataSet.count ? Array(names.indices) : distinct(places)
        let columns = places.map { classes.firstIndex(of: ofDataSet[$0]) ?? 0 }
        var sums = [Float](repeating: 0, count: probabilities.count / places.count * classes.count)
        for (index, probability) in probabilities.enumerated() {
            sums[index / places.count * classes.count + columns[index % places.count]] += probability
        }
        return sums
    }
}
