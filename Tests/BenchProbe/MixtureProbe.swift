import ArgumentParser
import Vocabulary

struct MixtureProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mixture", abstract: "Write a features.h5 of made-up features, all of training images.")

    @Option(help: "Number of images.")
    var images: Int

    @Option(help: "Number of classes.")
    var classes: Int

    @Option(help: "Length of the features.")
    var dim = 512

    @Option(name: .shortAndLong, help: "File to write.")
    var output: String

    func run() throws {
        // Classes of unequal sizes: the largest has three times the images of the smallest.
        let weights = (0..<classes).map { 1 + 2 * Double($0) / Double(classes) }
        let total = weights.reduce(0, +)
        var sum = 0.0
        let ends = weights.map { weight in
            sum += weight
            return Int(Double(images) * sum / total)
        }
        var label = 0
        let labels = (0..<images).map { image in
            while label < classes - 1, image >= ends[label] { label += 1 }
            return label
        }
        try SyntheticFeatures(labels: labels, classes: classes, dim: dim, seed: 1).write(
            to: output, classes: (0..<classes).map { ("class \($0)", "class \($0)") },
            images: labels.indices.map { "\($0).jpg" }, split: [ImageSplit](repeating: .train, count: images),
            checkpoint: ("none", String(repeating: "0", count: 32)))
    }
}
