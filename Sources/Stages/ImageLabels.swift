import Artifacts
import Outputs
import Runs

/// `labels.csv`: a class for every image of the data set, the result of a run as a table.
struct ImageLabels {
    /// What an image was to training.
    enum Use: String {
        case labeled, pseudolabeled, unlabeled, rejected, unused, test
    }

    static let headings = ["path", "class", "confidence", "runner_up", "runner_up_confidence", "used_as", "split"]

    private let classes: RunClasses
    private let names: [String]
    private let isTest: [Bool]
    private var uses: [Use]
    /// The classes that training was told.
    let given: [Int: Int]
    /// What the model says of the images, in an order of their own.
    private var rows: [(image: Int, top: TopTwo, given: Float?)] = []

    init(
        _ classes: RunClasses, features: ArtifactReader<FeaturesSchema>, labels: ArtifactReader<LabelsSchema>,
        model: ArtifactReader<ModelSchema>
    ) throws {
        self.classes = classes
        names = try features.values(\.images.name)
        isTest = try features.values(\.images.split).map { $0 == .test }
        uses = isTest.map { $0 ? .test : .unused }
        let labeled = try labels.indices(\.labeled.image, in: names.indices)
        given = try Dictionary(zip(labeled, labels.indices(\.labeled.label, in: classes.names.indices))) { first, _ in first }
        for image in try labels.indices(\.unlabeledImages, in: names.indices) { uses[image] = .unlabeled }
        if labels.has(\.reviewed.rejected) {
            for image in try labels.indices(\.reviewed.rejected, in: names.indices) { uses[image] = .rejected }
        }
        for image in try model.indices(\.pseudolabeled.image, in: names.indices) { uses[image] = .pseudolabeled }
        for image in labeled { uses[image] = .labeled }
    }

    /// How many numbers are kept of what the model says of an image.
    static let keptCount = 5

    /// What is kept of what the model says of an image: its two most probable classes and their probabilities, and the probability
    /// of the class that training was told.
    ///
    /// - Parameter probabilities: of every class.
    func kept(of image: Int, _ probabilities: ArraySlice<Float>) -> [Float] {
        let top = TopTwo(probabilities)
        let own = given[image].map { probabilities[probabilities.startIndex + $0] } ?? 0
        return [Float(top.label), top.probability, Float(top.runnerUp), top.runnerUpProbability, own]
    }

    /// Takes what was kept of an image.
    mutating func add(_ image: Int, kept: ArraySlice<Float>) {
        let kept = Array(kept)
        let top = TopTwo(label: Int(kept[0]), probability: kept[1], runnerUp: Int(kept[2]), runnerUpProbability: kept[3])
        rows.append((image, top, given[image].map { _ in kept[4] }))
    }

    /// What the model says of the images that are not in `test`, in their order.
    func others(than test: TestImages) -> [(image: Int, top: TopTwo)] {
        let others = Set(test.others(of: names.count))
        return rows.filter { others.contains($0.image) }.map { ($0.image, $0.top) }
    }

    /// Writes a line an image, in the data set's order. An image that training was told the class of has that class, with the
    /// probability that the model gives it, and the most probable other class beside it.
    func write(to path: String) throws -> Int {
        let file = try PartialText(path)
        try file.write(CSVField.line(Self.headings) + "\n")
        var text = ""
        for (image, top, probability) in rows.sorted(by: { $0.image < $1.image }) {
            var top = top
            if let label = given[image], let probability, label != top.label {
                top = TopTwo(label: label, probability: probability, runnerUp: top.label, runnerUpProbability: top.probability)
            }
            let other = top.runnerUp < 0 ? ["", ""] : [classes.names[top.runnerUp], "\(top.runnerUpProbability)"]
            let fields = [names[image], classes.names[top.label], "\(top.probability)"] + other
            text += CSVField.line(fields + [uses[image].rawValue, isTest[image] ? "test" : "train"]) + "\n"
            if text.utf8.count > 1 << 20 {
                try file.write(text)
                text = ""
            }
        }
        try file.write(text)
        try file.commit()
        return rows.count
    }
}
