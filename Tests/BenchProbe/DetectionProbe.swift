import ArgumentParser
import Artifacts
import CAP
import Foundation
import Tensors

struct DetectionProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detection",
        abstract: """
            Run Algorithm 1 on a features.h5, every step's K-means from the first remaining images, and print the classes in \
            the order of their removal.
            """)

    @Argument(help: "The features.h5.")
    var features: String

    @Option(help: "Threads.")
    var threads: Int

    func run() throws {
        try Torch.setThreads(threads)
        let reader = try ArtifactReader(features, schema: .features)
        let images = try Tensor(reader.values(\.images.features), shape: reader.shape(\.images.features))
        let text = try Tensor(reader.values(\.classes.textFeatures), shape: reader.shape(\.classes.textFeatures))
        let start = ContinuousClock.now
        let found = try MismatchDetection(
            logitScale: Double(reader.value(\.logitScale)),
            start: .given { _, remaining, count in try images.rows(Array(remaining.prefix(count))) }
        ).run(images: images, text: text)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("{\"seconds\": \(seconds), \"passes\": \(found.passes), \"removed\": \(found.steps.map(\.label))}")
    }
}
