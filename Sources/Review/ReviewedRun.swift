import Artifacts
import Essentials
import FoundationEssentials
import ImageArchive
import Reporting
import Runs
import Vocabulary

/// A finished run as a person reviews it: its images in the order in which they are asked about, and its classes.
///
///     let run = try ReviewedRun("runs/pets/ul", review: nil)
///     for question in run.questions.prefix(40) { print(question.path, question.reasons) }
public struct ReviewedRun: Sendable {
    /// The run's folder.
    public let folder: String
    /// Where its review is kept.
    public let reviewPath: String
    /// The review as it is now.
    public let review: Review
    public let evaluation: ArtifactReader<EvaluationSchema>
    public let features: ArtifactReader<FeaturesSchema>
    public let labels: ArtifactReader<LabelsSchema>
    public let model: ArtifactReader<ModelSchema>
    public let classes: RunClasses
    public let stored: StoredImages
    public let ranking: ReviewRanking
    /// The images and classes of the data set.
    public let names: ReviewedNames
    public var classNames: [String] { names.classes }
    public var imageNames: [String] { names.images }
    /// Images that training learned from as pseudolabels, with the class.
    private let pseudolabels: [Int: Int]

    /// - Parameters:
    ///   - path: a run's folder, or its eval.h5.
    ///   - review: the file; nil for the one beside the run.
    ///   - advance: told of every so many images that they are ranked, from any thread.
    /// - Throws: ``ReviewError`` or `ArtifactError` where something of the run is missing, or the review is not of it.
    public init(_ path: String, review: String?, advance: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        let file = try RunComparison.Run.finished(path)
        let evaluation = try ArtifactReader(file, schema: .evaluation)
        folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        reviewPath = review ?? folder + "/" + Review.fileName
        func made<Kind: ArtifactKind>(_ kind: Kind) throws -> ArtifactReader<Kind> {
            if let artifact = evaluation.madeFrom(kind) { return artifact }
            throw ReviewError(
                "\(file): the \(Kind.schema.fileName) that it was made from is not where it was, or has changed since: "
                    + "make the run again")
        }
        (features, labels, model) = try (made(.features), made(.labels), made(.model))
        stored = try StoredImages(made(.images))
        classes = try RunClasses(labels, features)
        names = try ReviewedNames(features)
        let count = names.images.count
        var known: [Int: Int] = [:]
        for (image, label) in try zip(
            model.indices(\.pseudolabeled.image, in: 0..<count), model.indices(\.pseudolabeled.label, in: classes.names.indices))
        where known[image] == nil { known[image] = label }
        pseudolabels = known
        self.evaluation = evaluation
        self.review = try Review(contentsOfFileIfThere: reviewPath)
        _ = try self.review.checked(against: names, from: reviewPath)
        let items = try Self.items(evaluation, features, labels, classes, self.review, names.images)
        guard !items.isEmpty else { throw ReviewError("\(file): there is no training image left to ask about") }
        ranking = try ReviewRanking(
            items, features: features.values(\.images.features), dim: features.shape(\.images.features)[1],
            classCount: classes.names.count, advance: advance)
    }

    /// What is known of the training images, but for those that the run has a person's answer to already.
    private static func items(
        _ evaluation: ArtifactReader<EvaluationSchema>, _ features: ArtifactReader<FeaturesSchema>,
        _ labels: ArtifactReader<LabelsSchema>, _ classes: RunClasses, _ review: Review, _ names: [String]
    ) throws -> [ReviewRanking.Item] {
        let classCount = classes.names.count
        let splits = try features.values(\.images.split)
        var tops: [(image: Int, top: TopTwo)] = []
        if evaluation.has(\.training.image) {
            let images = try evaluation.indices(\.training.image, in: names.indices)
            let predicted = try evaluation.indices(\.training.predicted, in: 0..<classCount)
            let confidence = try evaluation.values(\.training.confidence)
            let runnerUp = try evaluation.indices(\.training.runnerUp, in: -1..<classCount)
            let second = try evaluation.values(\.training.runnerUpConfidence)
            tops = images.indices.map { row in
                let top = TopTwo(
                    label: predicted[row], probability: confidence[row], runnerUp: runnerUp[row], runnerUpProbability: second[row]
                )
                return (images[row], top)
            }
        }
        let test = try evaluation.indices(\.test.image, in: names.indices)
        if test.contains(where: { splits[$0] == .train }) {
            let probabilities = try evaluation.values(\.adapted.probabilities)
            tops += test.enumerated().map { row, image in
                (image, TopTwo(probabilities[row * classCount..<(row + 1) * classCount]))
            }
        }
        guard !tops.isEmpty else {
            throw ReviewError(
                "\(evaluation.path): says nothing of training images, as older versions of CAP left it: run cap-eval again")
        }
        let zeroShot = try classes.summed(features.values(\.zeroShotProbabilities))
        let labeled = try labels.indices(\.labeled.image, in: names.indices)
        let given = try Dictionary(zip(labeled, labels.indices(\.labeled.label, in: 0..<classCount))) { first, _ in first }
        let rejected = try labels.has(\.reviewed.rejected) ? Set(labels.indices(\.reviewed.rejected, in: names.indices)) : []
        return tops.sorted { $0.image < $1.image }.compactMap { image, top in
            let isAnswered = review.labels[names[image]] != nil && (given[image] != nil || rejected.contains(image))
            guard splits[image] == .train, !isAnswered else { return nil }
            let before = TopTwo(zeroShot[image * classCount..<(image + 1) * classCount])
            return ReviewRanking.Item(
                image: image, top: top, zeroShot: before.label, zeroShotProbability: before.probability, given: given[image])
        }
    }

    // MARK: - Questions

    /// An image that is asked about; classes are the run's.
    public struct Question: Sendable {
        public let image: Int
        public let path: String
        public let item: ReviewRanking.Item
        public let place: ReviewRanking.Place
        /// Why it is asked about, in sentences.
        public let reasons: [String]
    }

    /// All of them, in their order.
    public var questions: some Sequence<Question> {
        ranking.order.lazy.map { row in
            let (item, place) = (ranking.items[row], ranking.places[row])
            return Question(
                image: item.image, path: imageNames[item.image], item: item, place: place, reasons: reasons(item, place))
        }
    }

    /// Probabilities nearer than this are called so.
    private static let lowMargin: Float = 0.35

    private func reasons(_ item: ReviewRanking.Item, _ place: ReviewRanking.Place) -> [String] {
        func name(_ label: Int) -> String { classes.names[label] }
        func percent(_ share: Float) -> String { "\(String(percent: share)) %" }
        var reasons: [String] = []
        if let given = item.given, given != item.top.label {
            reasons.append("The data set says \(name(given)), the model \(name(item.top.label)).")
        }
        if place.nearest >= 0, place.excess > 0 {
            reasons.append("It looks more like images of \(name(place.nearest)) than of \(name(item.own)).")
        } else if place.nearest >= 0, place.excess > -0.02 {
            reasons.append("It looks nearly as much like images of \(name(place.nearest)) as of \(name(item.own)).")
        }
        if item.top.runnerUp >= 0, item.top.probability - item.top.runnerUpProbability < Self.lowMargin {
            reasons.append(
                "The model wavers: \(name(item.top.label)) \(percent(item.top.probability)), "
                    + "\(name(item.top.runnerUp)) \(percent(item.top.runnerUpProbability)).")
        }
        if item.zeroShot != item.top.label {
            reasons.append(
                "Before adaptation CLIP said \(name(item.zeroShot)) (\(percent(item.zeroShotProbability))), "
                    + "now \(name(item.top.label)).")
        }
        if item.given == nil, let label = pseudolabels[item.image] {
            reasons.append("Training learned from it as \(name(label)).")
        }
        return reasons.isEmpty ? ["Nothing speaks against \(name(item.own))."] : reasons
    }

    /// The images of each of the run's classes that are most like it.
    ///
    /// - Parameter count: at most, of each.
    public func examples(_ count: Int) -> [[Int]] {
        var rows = [[(image: Int, cosine: Float)]](repeating: [], count: classes.names.count)
        for (item, place) in zip(ranking.items, ranking.places) { rows[item.own].append((item.image, place.cosine)) }
        return rows.map { row in
            row.sorted { ($1.cosine, $0.image) < ($0.cosine, $1.image) }.prefix(count).map(\.image)
        }
    }

    /// How many images the run takes for each class.
    public var counts: [Int] {
        ranking.items.reduce(into: [Int](repeating: 0, count: classes.names.count)) { $0[$1.own] += 1 }
    }
}
