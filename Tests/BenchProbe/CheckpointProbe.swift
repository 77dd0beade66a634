import ArgumentParser
import CLIP
import Foundation

struct CheckpointProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Write a CLIP of random weights with a tokenizer from another checkpoint.")

    enum Shape: String, CaseIterable, ExpressibleByArgument {
        case vitB32 = "vit-b-32"
        case vitB16 = "vit-b-16"
        case vitL14 = "vit-l-14"

        var config: CLIPConfig {
            var config = CLIPConfig()
            switch self {
            case .vitB32: break
            case .vitB16: config.vision.patchSize = 16
            case .vitL14:
                config.vision.patchSize = 14
                config.vision.transformer = TransformerConfig(
                    width: 1024, layers: 24, heads: 16, feedForwardWidth: 4096)
                config.text.transformer = TransformerConfig(width: 768, layers: 12, heads: 12, feedForwardWidth: 3072)
                config.projectionDimension = 768
            }
            return config
        }
    }

    @Argument(help: "The published model whose sizes it has.")
    var shape: Shape

    @Option(help: "Checkpoint to take the tokenizer from.")
    var tokenizer: String

    @Option(help: "Height and width of its images, where other than 224.")
    var imageSize: Int?

    @Option(name: .shortAndLong, help: "Folder to write.")
    var output: String

    func run() throws {
        let source = try CLIPCheckpoint(tokenizer)
        var config = shape.config
        config.text.endOfTextToken = source.config.text.endOfTextToken
        if let imageSize { config.vision.imageSize = imageSize }
        let folder = URL(fileURLWithPath: output)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try CLIPModel(config, seed: 1).save(in: folder)
        try source.copyTokenizer(to: folder)
    }
}
