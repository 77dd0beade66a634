import CLIP
import Foundation
import Tensors
import TestSupport
import Testing
import Vocabulary

/// A model that open_clip made and saved, and its features, from Tests/Tools/make_openai_fixtures.py.
@Suite("A checkpoint in OpenAI's naming")
struct OpenAIFormatTests {
    let folder = Fixture.url("openai")
    let expected: SafetensorsFile

    init() throws {
        expected = try SafetensorsFile(folder.appendingPathComponent("expected.safetensors"))
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func texts() throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data((expected.metadata["texts"] ?? "").utf8))
    }

    func features(_ clip: CLIPCheckpoint) throws -> (images: Tensor, texts: Tensor) {
        let encoder = try clip.textEncoder()
        return (
            try clip.visionEncoder().forward(expected.tensor("pixels")),
            try encoder.forward(encoder.batch(texts().map(clip.tokens)))
        )
    }

    @Test(arguments: [
        ("ViT.pt", nil), ("training.pt", nil), ("open_clip.safetensors", nil), ("ViT.pt", Activation.gelu),
    ])
    func itsFeaturesAreOpenCLIPs(file: String, activation: Activation?) throws {
        let found = try features(CLIPCheckpoint(path(file), activation: activation))
        let name = (activation ?? .quickGELU).rawValue
        #expect(try relativeError(found.images, expected.tensor("\(name)_images")) <= 1e-4)
        #expect(try relativeError(found.texts, expected.tensor("\(name)_texts")) <= 1e-4)
    }

    @Test func itsSizesAreThoseOfItsShapes() throws {
        let config = try CLIPCheckpoint(path("ViT.pt")).config
        #expect(config.vision.imageSize == 32)
        #expect(config.vision.patchSize == 8)
        #expect(
            config.vision.transformer
                == TransformerConfig(width: 128, layers: 1, heads: 2, feedForwardWidth: 32))
        #expect(
            config.text.transformer == TransformerConfig(width: 64, layers: 2, heads: 1, feedForwardWidth: 32))
        #expect(config.text.contextLength == 20)
        #expect(config.projectionDimension == 24)
    }

    @Test func itsTokensAreOpenCLIPs() throws {
        let clip = try CLIPCheckpoint(path("ViT.pt"))
        let recorded = try expected.tensor("tokens").ints()
        for (row, text) in try texts().enumerated() {
            let tokens = clip.tokens(text)
            let padded = tokens + [Int](repeating: 0, count: 20 - tokens.count)
            #expect(padded == Array(recorded[row * 20..<(row + 1) * 20]), "\(text)")
        }
    }

    /// Mojibake, HTML entities, odd quotes, widths and ligatures, control signs, and everything else in
    /// Tests/Tools/parity/texts.py.
    @Test func damagedTextsAreRepairedAsOpenCLIPDoes() throws {
        struct Recorded: Decodable {
            var text: String
            var tokens: [Int]
        }
        let recorded = try JSONDecoder().decode(
            [Recorded].self, from: Data(contentsOf: folder.appendingPathComponent("tokens.json")))
        let tokenizer = try readTokenizer(at: folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz"))
        #expect(recorded.count == 400)
        for item in recorded {
            #expect(tokenizer.tokens(item.text, contextLength: 40) == item.tokens, "\(item.text)")
        }
    }

    @Test func aVocabularyIsReadUnpackedToo() throws {
        let packed = folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz")
        let copy = try TemporaryFolder()
        let merges = try readTokenizer(at: packed)
        let plain = copy.url.appendingPathComponent("bpe_simple_vocab_16e6.txt")
        try Data("a title\ni n\nt h\nin g</w>\n".utf8).write(to: plain)
        #expect(merges.vocabularySize == 512 + 60 + 2)
        let tokenizer = try readTokenizer(at: plain)
        #expect(tokenizer.vocabularySize == 512 + 3 + 2)
        #expect(tokenizer.tokens("thing") == [513, 514])
        #expect((tokenizer as? CLIPTokenizer)?.preparation == .openCLIP)
    }

    @Test func aDamagedVocabularyIsASentence() throws {
        let copy = try TemporaryFolder()
        func sentence(_ data: Data, _ name: String = "bpe_simple_vocab_16e6.txt.gz") throws -> String {
            let url = copy.url.appendingPathComponent(name)
            try data.write(to: url)
            let error = #expect(throws: CLIPError.self) { try readTokenizer(at: url) }
            return try #require(error?.description)
        }
        let packed = try Data(contentsOf: folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz"))
        #expect(try sentence(packed.prefix(100)).hasSuffix("Download or copy it again."))
        var damaged = packed
        damaged[60] ^= 0xFF
        #expect(try sentence(damaged).hasSuffix("Download or copy it again."))
        #expect(try sentence(Data()).hasSuffix("has no merges; it is not a vocabulary of CLIP's."))
        #expect(try sentence(Data([0xFF, 0xFE, 0x0A])).hasSuffix("is not UTF-8 text."))
        #expect(try sentence(Data("title\none two three\n".utf8)).contains("line 2: two tokens are needed"))
        #expect(try sentence(Data(), "vocabulary.bin").contains("is not a tokenizer: vocab.json and merges.txt"))
        #expect(try sentence(Data(), "tokenizer.model").contains("is a tokenizer of SentencePiece's: vocab.json and merges.txt"))
        #expect(try sentence(Data("{}".utf8), "vocab.json").contains("is half a tokenizer"))
        #expect(try sentence(Data("{}".utf8), "tokenizer.json").hasSuffix("\"model\" is missing."))
    }

    @Test func whatTheFileDoesNotSayIsRemarkedOn() throws {
        #expect(try CLIPCheckpoint(path("ViT.pt")).remarks == [])
        #expect(try CLIPCheckpoint(path("training.pt"), activation: .gelu).remarks == [])
        let remark = try #require(CLIPCheckpoint(path("training.pt")).remarks.first)
        #expect(remark.contains("does not say which activation its model has: taking quick_gelu"))
    }

    @Test func theActivationIsPartOfTheIdentity() throws {
        let identities = try [nil, Activation.quickGELU, .gelu].map {
            try CLIPCheckpoint(path("ViT.pt"), activation: $0).identity()
        }
        #expect(identities[0] == identities[1])
        #expect(identities[0] != identities[2])
    }

    @Test func aFolderWithOneFileOfWeightsIsThatFile() throws {
        let copy = try TemporaryFolder()
        for name in ["ViT.pt", "bpe_simple_vocab_16e6.txt.gz"] {
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent(name), to: copy.url.appendingPathComponent(name))
        }
        #expect(try CLIPCheckpoint(copy.url.path).identity() == CLIPCheckpoint(path("ViT.pt")).identity())
        try FileManager.default.copyItem(
            at: folder.appendingPathComponent("training.pt"), to: copy.url.appendingPathComponent("training.pt"))
        #expect(
            try sentence(copy.url.path).hasSuffix("several files of weights: name one of ViT.pt, training.pt."))
    }

    @Test func anOpenCLIPFolderSaysItsActivationAndPixels() throws {
        let copy = try TemporaryFolder()
        for (name, to) in [
            ("open_clip.safetensors", "open_clip_model.safetensors"),
            ("bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt.gz"),
        ] {
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent(name), to: copy.url.appendingPathComponent(to))
        }
        let json = """
            {"model_cfg": {"embed_dim": 24, "vision_cfg": {"head_width": 32}, "text_cfg": {"heads": 4}},
             "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "resize_mode": "squash"}}
            """
        try Data(json.utf8).write(to: copy.url.appendingPathComponent("open_clip_config.json"))
        let clip = try CLIPCheckpoint(copy.url.path)
        #expect(clip.config.vision.transformer.activation == .gelu)
        #expect(clip.config.vision.transformer.heads == 4)
        #expect(clip.config.text.transformer.heads == 4)
        #expect(clip.normalization.mean == [0.5, 0.5, 0.5])
        #expect(clip.remarks == [])
        #expect(clip.resizing == ImageResizing(mode: .squash))
        #expect(throws: CLIPError.self) { try CLIPCheckpoint(copy.url.path, activation: .quickGELU) }

        // timm's folders have files of other models by Hugging Face's names.
        for name in ["config.json", "model.safetensors"] {
            try Data(#"{"architecture": "vit_base_patch32_clip_224"}"#.utf8)
                .write(to: copy.url.appendingPathComponent(name))
        }
        #expect(try CLIPCheckpoint(copy.url.path).identity() == clip.identity())
    }

    // MARK: - What is not a CLIP of two transformers

    func sentence(_ path: String) throws -> String {
        let error = #expect(throws: CLIPError.self) { try CLIPCheckpoint(path) }
        return try #require(error?.description)
    }

    @Test(arguments: [
        ("resnet", "holds a CLIP with a ResNet for its images"),
        ("siglip", "holds a SigLIP (it has the tensor logit_bias)"),
        ("timm", "holds a CLIP with a vision tower of timm's"),
        ("text-only", "holds a text transformer alone"),
        ("vision-only", "holds a vision transformer alone"),
        ("coca", "holds a CoCa"),
        ("bert", "holds 2 tensors such as embeddings.word_embeddings.weight, encoder.layer.0.output.dense.weight"),
        (
            "hugging-face",
            "holds weights in Hugging Face's naming, whose sizes stand in a config.json: give the folder"
        ),
    ])
    func othersAreRefusedByName(kind: String, reason: String) throws {
        let found = try sentence(path("\(kind).safetensors"))
        #expect(found.contains(reason), "\(found)")
    }

    @Test func anOldFileIsRefusedByName() throws {
        #expect(try sentence(path("before-1.6.pt")).contains("is in the format of PyTorch before 1.6"))
    }
}
