import ArgumentParser
import Artifacts
import Foundation
import Stages

struct JoinProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Measure how long cap-embed takes to join the parts that several processes left.")

    @Option(help: "Number of images.")
    var images = 1_280_000

    @Option(help: "Length of the features.")
    var dim = 512

    @Option(help: "Number of classes, and so of probabilities an image.")
    var classes = 1

    @Option(help: "Number of parts.")
    var parts = 4

    @Option(name: .shortAndLong, help: "Folder to write into; what is written there is removed.")
    var output: String

    func run() throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let joined = output + "/features.h5"
        let provenance = try Provenance(
            arguments: ["cap-embed"], parameters: [:], inputs: [], sources: [:], software: [:], seed: nil)
        let shards = EmbedParts(of: joined, provenance: provenance, imageCount: images)
        defer {
            try? FileManager.default.removeItem(atPath: shards.folder)
            try? FileManager.default.removeItem(atPath: joined)
        }
        for shard in shards.missing(besides: [], size: (images + parts - 1) / parts) {
            let writer = try shards.writer(shard)
            let features = try writer.appender(to: \.features, rowShape: [dim])
            let probabilities = try writer.appender(to: \.zeroShotProbabilities, rowShape: [classes])
            for start in stride(from: shard.lowerBound, to: shard.upperBound, by: 4096) {
                let count = min(4096, shard.upperBound - start)
                try features.append((0..<count * dim).map { Float(start &+ $0 & 0xFFFF) })
                try probabilities.append([Float](repeating: 1 / Float(classes), count: count * classes))
            }
            try writer.commit()
        }
        let start = ContinuousClock.now
        let writer = try ArtifactWriter(joined, schema: .features, provenance: provenance)
        let features = try writer.appender(to: \.images.features, rowShape: [dim])
        let probabilities = try writer.appender(to: \.zeroShotProbabilities, rowShape: [classes])
        try shards.forEachBlock { _, rows, confidences in
            try features.append(rows)
            try probabilities.append(confidences)
        }
        try writer.writeMadeUp(images: images, classes: classes, dim: dim)
        try writer.commit()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let bytes = Double(images * (dim + classes) * 4)
        print(
            String(
                format: "%d parts, %.2f GB: %.1f s, %.0f MB/s read and written", parts, bytes / 1e9, seconds,
                bytes / 1e6 / seconds))
    }
}
