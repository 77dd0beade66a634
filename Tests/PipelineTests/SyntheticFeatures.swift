import Artifacts
import CAP
import CLIP
import Foundation
import Parameters
import Tensors
import TestSupport
import Vocabulary

/// A folder with a `features.h5` of made-up features: classes on axes of their own around a shared direction,
/// with one class whose text points where none of its images is.
struct SyntheticFeatures {
    private let place: TemporaryFolder
    var folder: URL { place.url }
    let classNames: [String]
    /// The class whose text is off.
    let mismatched: Int
    let trainingPerClass = 20
    let testPerClass = 5

    /// A checkpoint of random weights with 24-dimensional features.
    static let checkpoint = Workspace.checkpoint

    /// The parameters of a stage with this checkpoint, all else by default.
    static func settings<Declared: CheckpointParameters>(_ checkpoint: String = checkpoint) -> Settings<Declared> {
        var settings = Settings<Declared>()
        settings.checkpoint = FileName(checkpoint)
        return settings
    }

    var path: String { file("features.h5") }

    func file(_ name: String) -> String { place.file(name) }

    /// - Parameters:
    ///   - withLabels: whether training images keep their labels.
    ///   - withTestLabels: whether test images keep theirs.
    ///   - noise: width of what is drawn onto each number of a feature; classes lie 1.5 apart.
    init(
        classCount: Int = 10, mismatched: Int = 5, withLabels: Bool = true, withTestLabels: Bool = true, noise: Double = 0.4
    ) throws {
        self.mismatched = mismatched
        classNames = (0..<classCount).map { $0 == mismatched ? "colt's \"foot\"/日本" : "class \($0)" }
        place = try TemporaryFolder()

        var generator = SeededGenerator(seed: 2)
        func feature(_ axis: Int, noise: Double) -> [Float] {
            (0..<24).map { Float(($0 == axis ? 1.5 : 0) + 1 + noise * (generator.uniform() - 0.5)) }
        }
        // Images of a class stand together in training, and apart again for testing.
        let labels = [trainingPerClass, testPerClass].flatMap { count in
            (0..<classCount).flatMap { Array(repeating: $0, count: count) }
        }
        let training = classCount * trainingPerClass
        let images = try Tensor(labels.flatMap { feature($0, noise: noise) }, shape: [labels.count, 24]).l2Normalized()
        let text = try Tensor(
            (0..<classCount).flatMap { feature($0 == mismatched ? 23 : $0, noise: 0) }, shape: [classCount, 24]
        ).l2Normalized()

        let provenance = try Provenance(parameters: [:], inputs: [], software: [:], seed: nil)
        let writer = try ArtifactWriter(path, schema: .features, provenance: provenance)
        try writer.set(\.checkpoint.path, to: Self.checkpoint)
        try writer.set(\.checkpoint.identity, to: CLIPCheckpoint(Self.checkpoint).identity())
        try writer.write(classNames, to: \.classes.name)
        try writer.write(classNames, to: \.classes.phrase)
        try writer.write(classNames.map { "a photo of a \($0)" }, to: \.classes.prompt)
        try writer.write(text.floats(), shape: text.shape, to: \.classes.textFeatures)
        try writer.write(labels.indices.map { "\($0 < training ? "train" : "test")/\($0).png" }, to: \.images.name)
        try writer.write(
            labels.enumerated().map { ($0 < training ? withLabels : withTestLabels) ? Int32($1) : -1 },
            to: \.images.label)
        try writer.write(labels.indices.map { $0 < training ? ImageSplit.train : .test }, to: \.images.split)
        try writer.write(images.floats(), shape: images.shape, to: \.images.features)
        let probabilities = try ZeroShot.probabilities(images: images, texts: text, scale: 40)
        try writer.write(probabilities.floats(), shape: probabilities.shape, to: \.zeroShotProbabilities)
        try writer.write(Float(40), to: \.logitScale)
        try writer.commit()
    }

    /// An `images.h5` of coloured noise for the same images.
    func writeImages() throws -> String {
        let features = try ArtifactReader(path, schema: .features)
        let count = try features.count(\.images.name)
        let (height, width) = (40, 36)
        var generator = SeededGenerator(seed: 3)
        let provenance = try Provenance(parameters: [:], inputs: [], software: [:], seed: nil)
        let writer = try ArtifactWriter(file("images.h5"), schema: .images, provenance: provenance)
        try writer.set(\.dataSet, to: "made up")
        try writer.write(features.values(\.classes.name), to: \.classes.name)
        try writer.write(features.values(\.classes.phrase), to: \.classes.phrase)
        try writer.write(features.values(\.images.name), to: \.images.name)
        try writer.write(features.values(\.images.label), to: \.images.label)
        try writer.write(features.values(\.images.split), to: \.images.split)
        for key in [\ImagesSchema.images.height, \.images.originalHeight] {
            try writer.write([Int](repeating: height, count: count), to: key)
        }
        for key in [\ImagesSchema.images.width, \.images.originalWidth] {
            try writer.write([Int](repeating: width, count: count), to: key)
        }
        let bytes = height * width * 3
        try writer.write((0...count).map { Int64($0 * bytes) }, to: \.images.offset)
        try writer.write(
            (0..<count * bytes).map { _ in UInt8(truncatingIfNeeded: generator.next()) }, to: \.images.pixels)
        try writer.write([String](), to: \.skipped.name)
        try writer.write([String](), to: \.skipped.reason)
        try writer.commit()
        return file("images.h5")
    }

    /// A file of answers for the mismatched class, among others.
    func writeAnswers(_ sentences: [String]) throws -> String {
        let path = file("answers.json")
        try JSONEncoder().encode([classNames[mismatched]: sentences, "another": ["not asked for"]])
            .write(to: URL(fileURLWithPath: path))
        return path
    }

}
