import ArgumentParser
import Artifacts
import CLIP
import Foundation
import Vocabulary

struct LabelsProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels",
        abstract: "Write features.h5 and labels.h5 beside an images.h5: made-up features, true pseudolabels.")

    @Argument(help: "The images.h5.")
    var images: String

    @Option(help: "The checkpoint that will be trained.")
    var checkpoint: String

    @Option(help: "Most pseudolabels per class.")
    var k = 16

    func run() throws {
        let images = try ArtifactReader(images, schema: .images)
        let folder = URL(fileURLWithPath: images.path).deletingLastPathComponent()
        let clip = try CLIPCheckpoint(checkpoint)
        let names = try images.values(\.classes.name)
        let split = try images.values(\.images.split)
        let labels = try images.indices(\.images.label, in: 0..<names.count)
        let features = folder.appendingPathComponent("features.h5").path
        try SyntheticFeatures(labels: labels, classes: names.count, dim: clip.config.projectionDimension, seed: 2)
            .write(
                to: features, classes: Array(zip(names, images.values(\.classes.phrase))).map { ($0, $1) },
                images: images.values(\.images.name), split: split,
                checkpoint: (checkpoint, clip.identity()), inputs: [images])

        var left = [Int](repeating: k, count: names.count)
        let pseudolabeled = labels.indices.filter { image in
            guard split[image] == .train, left[labels[image]] > 0 else { return false }
            left[labels[image]] -= 1
            return true
        }
        let writer = try ArtifactWriter(
            folder.appendingPathComponent("labels.h5").path, schema: .labels,
            provenance: Provenance(
                parameters: [:], inputs: [ArtifactReader(features, schema: .features)], software: [:], seed: nil))
        try writer.set(\.paradigm, to: .ul)
        try writer.set(\.k, to: k)
        try writer.write(names, to: \.classes.name)
        try writer.write([Int32](), to: \.labeled.image)
        try writer.write([Int32](), to: \.labeled.label)
        try writer.write(pseudolabeled.map { Int32($0) }, to: \.pseudolabeled.image)
        try writer.write(pseudolabeled.map { Int32(labels[$0]) }, to: \.pseudolabeled.label)
        try writer.write([Float](repeating: 1, count: pseudolabeled.count), to: \.pseudolabeled.confidence)
        try writer.write([PseudolabelOrigin](repeating: .zeroShot, count: pseudolabeled.count), to: \.pseudolabeled.origin)
        try writer.write(labels.indices.filter { split[$0] == .train }.map { Int32($0) }, to: \.unlabeledImages)
        try writer.write([Int32](), to: \.split.seen)
        try writer.write(names.indices.map { Int32($0) }, to: \.split.unseen)
        try writer.commit()
    }
}
