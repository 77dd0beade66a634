import Artifacts
import CLIP
import Foundation
import Images
import Parameters
import Stages
import Tensors
import TestSupport
import Testing
import Views
import Vocabulary

/// `cap-embed`'s work with a small CLIP that has random weights.
struct EmbedTests {
    let folder = try! EmbedFolder()

    @Test func featuresAreTheEncodersAndProbabilitiesFollowFromThem() throws {
        let result = try folder.embed()
        #expect(result.images == 7 && result.classes == 3 && result.dimension == 12)
        let features = try ArtifactReader(folder.output, schema: .features)
        let checkpoint = try CLIPCheckpoint(folder.checkpoint)
        #expect(try features.value(\.checkpoint.path) == folder.checkpoint)
        #expect(try features.value(\.checkpoint.identity) == checkpoint.identity())
        #expect(try features.value(\.patchSize) == checkpoint.config.vision.patchSize)
        #expect(
            try features.values(\.classes.prompt) == [
                "a photo of a a", "a photo of a b c", "a photo of a d",
            ])

        let view = try EvaluationView(size: 16)
        let pixels = try Tensor(
            EmbedFolder.pictures().flatMap { try view.render($0).pixels }, shape: [7, 16, 16, 3])
        let images = try checkpoint.visionEncoder().forward(pixels).l2Normalized()
        let encoder = try checkpoint.textEncoder()
        let tokens = try features.values(\.classes.prompt).map(checkpoint.tokens)
        let texts = try encoder.forward(encoder.batch(tokens)).l2Normalized()
        expectClose(try features.values(\.images.features), try images.floats())
        expectClose(try features.values(\.classes.textFeatures), try texts.floats())

        let scale = try checkpoint.logitScale()
        #expect(try features.value(\.logitScale) == scale)
        let probabilities = try (images.matmul(texts.transposed(0, 1)) * Double(scale)).softmax(dim: 1)
        expectClose(try features.values(\.zeroShotProbabilities), try probabilities.floats())
        let predictions = try probabilities.argmax(dim: 1).ints()
        let right = zip(predictions, EmbedFolder.labels).enumerated().count { index, pair in
            index >= 5 && pair.0 == pair.1
        }
        #expect(result.zeroShot.correct == right && result.zeroShot.total == 1)
    }

    @Test func templatesAreAveraged() throws {
        let templates = try [PromptTemplate("a {}"), PromptTemplate("{} b")]
        _ = try folder.embed { $0.settings.templates = TextList(templates.map(\.text)) }
        let features = try ArtifactReader(folder.output, schema: .features)
        #expect(try features.values(\.classes.prompt) == ["a a\na b", "a b c\nb c b", "a d\nd b"])
        let checkpoint = try CLIPCheckpoint(folder.checkpoint)
        let encoder = try checkpoint.textEncoder()
        let each = try [["a a", "a b c", "a d"], ["a b", "b c b", "d b"]].map { texts in
            try encoder.forward(encoder.batch(texts.map(checkpoint.tokens))).l2Normalized()
        }
        expectClose(
            try features.values(\.classes.textFeatures), try (each[0] + each[1]).l2Normalized().floats())
    }

    @Test func everyImageAndEveryClassPromptIsEncodedOnce() throws {
        let checkpoint = try CLIPCheckpoint(folder.checkpoint)
        let texts = ["a photo of a a", "a photo of a b c", "a photo of a d"].map(checkpoint.tokens)
        let longest = try #require(texts.map(\.count).max())
        let shared = try checkpoint.textEncoder().batch(texts).shared
        let work = EncoderWork()
        _ = try EncoderWork.counting(in: work) { try folder.embed { $0.settings.batch = 3 } }
        let grid = checkpoint.config.vision.grid
        #expect(work.imagePositions == 7 * (grid * grid + 1))
        #expect(work.textPositions == shared + 3 * (longest - shared))
    }

    @Test func theSizeOfABatchDoesNotMatter() throws {
        _ = try folder.embed { $0.settings.batch = 7 }
        let together = try ArtifactReader(folder.output, schema: .features).values(\.images.features)
        _ = try folder.embed {
            $0.settings.batch = 2
            $0.settings.threads = 2
        }
        let apart = try ArtifactReader(folder.output, schema: .features).values(\.images.features)
        expectClose(together, apart)
    }

    @Test func theSameRunWritesTheSameBytes() throws {
        _ = try folder.embed { $0.settings.precision = .bf16 }
        let first = try ArtifactReader(folder.output, schema: .features).identity
        _ = try folder.embed { $0.settings.precision = .bf16 }
        #expect(try ArtifactReader(folder.output, schema: .features).identity == first)
    }

    @Test func aTextThatIsTooLongIsMentioned() throws {
        var notes: [String] = []
        let template = try PromptTemplate("a a a a a a a a a a a a a {}")
        _ = try folder.embed {
            $0.settings.templates = TextList([template.text])
            $0.note = { notes.append($0) }
        }
        #expect(
            notes == [
                "the text \"a a a a a a a a a a a a a b c\" has more than 14 tokens, so its end is left out"
            ])
    }

    @Test func aDamagedCheckpointLeavesTheOutputAsItWas() throws {
        try Data("older".utf8).write(to: URL(fileURLWithPath: folder.output))
        let weights = URL(fileURLWithPath: folder.checkpoint).appendingPathComponent("model.safetensors")
        let whole = try Data(contentsOf: weights)
        try whole.prefix(whole.count - 100).write(to: weights)
        let error = #expect(throws: CLIPError.self) { try folder.embed() }
        #expect(error?.description.contains("is cut short") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.output)) == Data("older".utf8))
    }

    @Test(arguments: ["a photo", "{} and {}", ""])
    func aTemplateNeedsOnePlace(text: String) {
        #expect(throws: CLIPError.self) { try PromptTemplate(text) }
    }

    private func expectClose(_ found: [Float], _ expected: [Float]) {
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}

/// A folder with seven images, a checkpoint and room for `features.h5`.
struct EmbedFolder {
    private let place: TemporaryFolder
    var url: URL { place.url }
    var images: String { place.file("images.h5") }
    var checkpoint: String { place.file("checkpoint") }
    var output: String { place.file("features.h5") }

    /// The last two are test images, the last of unknown class.
    static let labels = [0, 1, 2, 0, 1, 2, -1]

    init() throws {
        place = try TemporaryFolder()
        let checkpoint = url.appendingPathComponent("checkpoint")
        try FileManager.default.createDirectory(at: checkpoint, withIntermediateDirectories: true)
        try makeCheckpoint(in: checkpoint)
        try makeImages()
    }

    func embed(_ change: (inout Embed) -> Void = { _ in }) throws -> Embed.Result {
        var stage = Embed(images: images, settings: SyntheticFeatures.settings(checkpoint), output: StageOutput(output))
        stage.quiet = true
        stage.settings.threads = 1
        change(&stage)
        return try stage.run()
    }

    static func pictures() throws -> [RGBImage] {
        try labels.indices.map { index in
            let (height, width) = (20 + index, 30 - 2 * index)
            let pixels = (0..<height * width * 3).map {
                UInt8(truncatingIfNeeded: $0 * ($0 + 7 * index) / 11)
            }
            return try RGBImage(height: height, width: width, pixels: pixels)
        }
    }

    private func makeCheckpoint(in directory: URL) throws {
        let tower = TransformerConfig(width: 16, layers: 2, heads: 2, feedForwardWidth: 32)
        let config = CLIPConfig(
            text: TextConfig(transformer: tower, vocabularySize: 40, contextLength: 16, endOfTextToken: 39),
            vision: VisionConfig(transformer: tower, imageSize: 16, patchSize: 8), projectionDimension: 12)
        try CLIPModel(config, seed: 5).save(in: directory)
        // Letters but a to d become the unknown token.
        var vocabulary = ["<|unknown|>": 37, "<|startoftext|>": 38, "<|endoftext|>": 39]
        for (number, letter) in "abcd".enumerated() { vocabulary["\(letter)</w>"] = number }
        try JSONEncoder().encode(vocabulary).write(to: directory.appendingPathComponent("vocab.json"))
        try Data().write(to: directory.appendingPathComponent("merges.txt"))
        try Data(#"{"unk_token": "<|unknown|>"}"#.utf8)
            .write(to: directory.appendingPathComponent("special_tokens_map.json"))
    }

    private func makeImages() throws {
        let writer = try ArtifactWriter(
            images, schema: .images,
            provenance: Provenance(parameters: [:], inputs: [], software: [:], seed: nil))
        let pictures = try Self.pictures()
        try writer.write(["a", "b", "d"], to: \.classes.name)
        try writer.write(["a", "b_c", "d"], to: \.classes.phrase)
        try writer.write(pictures.indices.map { "\($0).png" }, to: \.images.name)
        try writer.write(Self.labels.map(Int32.init), to: \.images.label)
        try writer.write(pictures.indices.map { $0 < 5 ? ImageSplit.train : .test }, to: \.images.split)
        for key in [\ImagesSchema.images.height, \.images.originalHeight] {
            try writer.write(pictures.map(\.height), to: key)
        }
        for key in [\ImagesSchema.images.width, \.images.originalWidth] {
            try writer.write(pictures.map(\.width), to: key)
        }
        let offsets = pictures.reduce(into: [Int64(0)]) { $0.append(($0.last ?? 0) + Int64($1.pixels.count)) }
        try writer.write(offsets, to: \.images.offset)
        try writer.write(pictures.flatMap(\.pixels), to: \.images.pixels)
        try writer.write([String](), to: \.skipped.name)
        try writer.write([String](), to: \.skipped.reason)
        try writer.commit()
    }
}
