import Artifacts
import CAP
import CLIP
import Foundation
import Tensors
import Vocabulary

/// Features drawn from a mixture of one Gaussian per class on the sphere, and class texts near their means. What differs
/// between the classes is small beside what differs within all of them in the same directions, as it is with CLIP.
struct SyntheticFeatures {
    let images: Tensor
    let text: Tensor
    let labels: [Int]

    /// - Parameters:
    ///   - labels: the class of each image.
    ///   - seed: of everything.
    init(labels: [Int], classes: Int, dim: Int, seed: UInt64) throws {
        self.labels = labels
        var generator = SeededGenerator(seed: seed)
        // Every CLIP feature has much in common with every other: a direction that all share.
        let shared = generator.normals(dim).map { $0 * 2 }
        let means = (0..<classes).map { _ in zip(shared, generator.normals(dim)).map { $0 + 0.4 * $1 } }
        let styles = (0..<16).map { _ in generator.normals(dim) }
        func near(_ mean: [Float], _ deviation: Float) -> [Float] {
            zip(mean, generator.normals(dim)).map { $0 + deviation * $1 }
        }
        // A tenth of the texts are off, so that there is something to detect.
        text = try Tensor(
            means.enumerated().flatMap { near($1, $0 % 10 == 9 ? 1 : 0.1) }, shape: [classes, dim]
        ).l2Normalized()
        var rows: [Float] = []
        rows.reserveCapacity(labels.count * dim)
        for label in labels {
            var row = near(means[label], 0.6)
            for (style, weight) in zip(styles, generator.normals(styles.count)) {
                for d in 0..<dim { row[d] += 0.3 * weight * style[d] }
            }
            rows += row
        }
        images = try Tensor(rows, shape: [labels.count, dim]).l2Normalized()
    }

    /// What the images are predicted as by the texts, `[images, classes]`, a part of them at a time.
    func probabilities(logitScale: Double, rows: Range<Int>) throws -> Tensor {
        try ZeroShot.probabilities(
            images: images.narrow(dim: 0, start: rows.lowerBound, length: rows.count), texts: text, scale: logitScale)
    }

    /// Writes them as `features.h5`.
    ///
    /// - Parameter inputs: the `images.h5` they stand for, if there is one.
    func write(
        to path: String, classes: [(name: String, phrase: String)], images names: [String], split: [ImageSplit],
        checkpoint: (path: String, identity: String), inputs: [any Artifact] = []
    ) throws {
        let scale = 100.0
        let writer = try ArtifactWriter(
            path, schema: .features, provenance: Provenance(parameters: [:], inputs: inputs, software: [:], seed: nil))
        try writer.set(\.checkpoint.path, to: checkpoint.path)
        try writer.set(\.checkpoint.identity, to: checkpoint.identity)
        try writer.write(classes.map(\.name), to: \.classes.name)
        try writer.write(classes.map(\.phrase), to: \.classes.phrase)
        try writer.write(classes.map { "a photo of a \($0.phrase)" }, to: \.classes.prompt)
        try writer.write(text.floats(), shape: text.shape, to: \.classes.textFeatures)
        try writer.write(names, to: \.images.name)
        try writer.write(labels.map { Int32($0) }, to: \.images.label)
        try writer.write(split, to: \.images.split)
        try writer.write(images.floats(), shape: images.shape, to: \.images.features)
        let rows = try writer.appender(to: \.zeroShotProbabilities, rowShape: [classes.count])
        for start in stride(from: 0, to: labels.count, by: 4096) {
            let range = start..<min(start + 4096, labels.count)
            try rows.append(probabilities(logitScale: scale, rows: range).floats())
        }
        try writer.write(Float(scale), to: \.logitScale)
        try writer.commit()
    }
}

extension SeededGenerator {
    /// Standard normal numbers, by Box and Muller's transform.
    mutating func normals(_ count: Int) -> [Float] {
        (0..<count).map { _ in
            let radius = (-2 * log(1 - uniform())).squareRoot()
            return Float(radius * cos(2 * .pi * uniform()))
        }
    }
}
