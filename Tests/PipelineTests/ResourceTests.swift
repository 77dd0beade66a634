import Artifacts
import CLIP
import Foundation
import Images
import Testing

/// How much more memory the commands hold where there is more to do, as their artifacts record it: what libtorch takes before
/// anything is done depends on the machine, and says nothing.
@Suite(.serialized) struct ResourceTests {
    @Test func decodingHoldsAFewImagesHoweverManyThereAre() throws {
        let workspace = try ResourceWorkspace()
        let (height, width) = (600, 800)
        func peak(ofImages count: Int) throws -> Int {
            let images = try workspace.decoded("\(count)", classes: 2, perClass: count / 2, height: height, width: width)
            #expect(try images.count(\.images.pixels) == count * height * width * 3)
            return try #require(try images.common(\.peakMemory))
        }
        let (few, many) = try (peak(ofImages: 16), peak(ofImages: 80))
        // 64 images more are 92 MB more of pixels.
        #expect(many - few < 30_000_000, "\(few) bytes for 16 images, \(many) for 80")
    }

    @Test func whatTheProgramThatStartsACommandHoldsIsNotTheCommands() throws {
        let workspace = try ResourceWorkspace()
        let held = [UInt8](repeating: 1, count: 1 << 30)
        let images = try workspace.decoded("few", classes: 2, perClass: 1, height: 300, width: 300)
        let peak = try #require(try images.common(\.peakMemory))
        #expect(peak < held.count && held.last == 1, "\(peak) bytes")
    }

    @Test func embeddingHoldsAFewBatchesHoweverManyThereAre() throws {
        let workspace = try ResourceWorkspace()
        func peak(ofImages count: Int) throws -> Int {
            _ = try workspace.decoded("\(count)", classes: 2, perClass: count / 2, height: 300, width: 300)
            try Pipeline.expectSuccess(
                workspace.base.run(
                    "cap-embed", "\(count).h5", "--checkpoint", workspace.checkpoint, "--batch", "16", "--threads", "2",
                    "-o", "features.h5"))
            return try #require(try ArtifactReader(workspace.base.path("features.h5"), schema: .features).common(\.peakMemory))
        }
        let (few, many) = try (peak(ofImages: 96), peak(ofImages: 480))
        // 384 images more are 104 MB more of pixels.
        #expect(many - few < 30_000_000, "\(few) bytes for 96 images, \(many) for 480")
    }

    @Test func trainingHoldsNoMoreForMoreImages() throws {
        let workspace = try ResourceWorkspace()
        let few = try workspace.trainingPeak(classes: 4, perClass: 24, batch: 8)
        let many = try workspace.trainingPeak(classes: 4, perClass: 120, batch: 8)
        // 384 images more are 104 MB more of pixels.
        #expect(many - few < 30_000_000, "\(few) bytes for 96 images, \(many) for 480")
    }

    @Test func trainingKeepsWhatGradientsNeedOfTwoStreamsOfImages() throws {
        let workspace = try ResourceWorkspace()
        let few = try workspace.trainingPeak(classes: 4, perClass: 24, batch: 8)
        let many = try workspace.trainingPeak(classes: 4, perClass: 24, batch: 40)
        let kept = 2 * 32 * ResourceWorkspace.kept(tokens: ResourceWorkspace.imageTokens)
        #expect(many - few < kept, "\(few) bytes for 8 images of each kind, \(many) for 40, not \(kept) more")
    }

    @Test func trainingKeepsWhatGradientsNeedOfTheClassPromptsOwnTokens() throws {
        let workspace = try ResourceWorkspace()
        let few = try workspace.trainingPeak(classes: 8, perClass: 50, batch: 8)
        let many = try workspace.trainingPeak(classes: 400, perClass: 1, batch: 8)
        let kept = try 392 * ResourceWorkspace.kept(tokens: workspace.ownTokens(classes: 400))
        #expect(many - few < kept, "\(few) bytes for 8 classes, \(many) for 400, not \(kept) more")
    }
}

/// A CLIP large enough for its activations to be seen beside libtorch, and images for it.
private struct ResourceWorkspace {
    static let tower = TransformerConfig(width: 256, layers: 4, heads: 4, feedForwardWidth: 1024)
    static let imageTokens = 50

    let base: Workspace
    let checkpoint: String

    init() throws {
        base = try Workspace()
        checkpoint = base.path("checkpoint")
        let tokenizer = try CLIPCheckpoint(Workspace.checkpoint)
        let config = CLIPConfig(
            text: TextConfig(
                transformer: Self.tower, vocabularySize: tokenizer.config.text.vocabularySize,
                contextLength: 77, endOfTextToken: tokenizer.config.text.endOfTextToken),
            vision: VisionConfig(transformer: Self.tower, imageSize: 112, patchSize: 16), projectionDimension: 64)
        let folder = URL(fileURLWithPath: checkpoint)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try CLIPModel(config, seed: 1).save(in: folder)
        try tokenizer.copyTokenizer(to: folder)
    }

    /// The most bytes that gradients may need of a sequence's activations: 22 numbers for each number of a hidden state, in
    /// every block. It was 16 for images and 17 for texts; a third stream of images would make it 24.
    static func kept(tokens: Int) -> Int { tokens * tower.layers * tower.width * 22 * MemoryLayout<Float>.size }

    /// Tokens of a class prompt that are not those of all.
    func ownTokens(classes: Int) throws -> Int {
        let clip = try CLIPCheckpoint(checkpoint)
        let texts = (0..<classes).map { clip.tokens("a photo of a class \($0).") }
        return try (texts.map(\.count).max() ?? 0) - clip.textEncoder().batch(texts).shared
    }

    /// The images.h5 of as many images of each class, all of them training images.
    func decoded(_ name: String, classes: Int, perClass: Int, height: Int, width: Int) throws -> ArtifactReader<ImagesSchema> {
        var pixels: [UInt8] = []
        for position in 0..<height * width * 3 {
            pixels.append(UInt8(truncatingIfNeeded: position / 3 % width / 4 + position % 3 * 20))
        }
        let jpeg = try Data(RGBImage(height: height, width: width, pixels: pixels).jpeg(quality: 90))
        for label in 0..<classes {
            let folder = base.folder.appendingPathComponent("\(name)/class \(label)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for index in 0..<perClass { try jpeg.write(to: folder.appendingPathComponent("\(index).jpg")) }
        }
        try Pipeline.expectSuccess(
            base.run("cap-decode", name, "--native", "--test-fraction", "0", "--threads", "2", "-o", "\(name).h5"))
        return try ArtifactReader(base.path("\(name).h5"), schema: .images)
    }

    /// The most memory that `cap-finetune` held in two steps of three streams of `batch` images.
    func trainingPeak(classes: Int, perClass: Int, batch: Int) throws -> Int {
        let name = "\(classes)-\(perClass)"
        if !FileManager.default.fileExists(atPath: base.path("\(name)/images.h5")) {
            _ = try decoded("\(name)-images", classes: classes, perClass: perClass, height: 300, width: 300)
            try FileManager.default.createDirectory(atPath: base.path(name), withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: base.path("\(name)-images.h5"), toPath: base.path("\(name)/images.h5"))
            try Pipeline.expectSuccess(base.run("bench-probe", "labels", "\(name)/images.h5", "--checkpoint", checkpoint))
        }
        try Pipeline.expectSuccess(
            base.run(
                "cap-finetune", "\(name)/images.h5", "\(name)/features.h5", "\(name)/labels.h5", "--checkpoint", checkpoint,
                "--epochs", "2", "--iters", "2", "--batch", "\(batch)", "--tau", "0", "--threads", "1", "-o", "model.h5"))
        return try #require(try ArtifactReader(base.path("model.h5"), schema: .model).common(\.peakMemory))
    }
}
