import CLIP
import Foundation
import Tensors
import TestSupport
import Testing
import Vocabulary

/// Small models of every kind that open_clip's published ones are of, and what it computed with them
/// (Tests/Tools/make_variant_fixtures.py).
@Suite("Kinds of models agree with open_clip")
struct VariantTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        let name: String
        let property: String
        let published: String

        var testDescription: String { name }
    }

    static let all: [Variant] = [
        .init(name: "plain", property: "as OpenAI's", published: "OpenAI, LAION, DataComp, DFN, MetaCLIP"),
        .init(name: "layer-scale", property: "layer scale (`ls_init_value`)", published: "ViT-M-16-alt"),
        .init(name: "epsilon", property: "epsilon of layer norms (`norm_kwargs`)", published: "EVA's, SigLIP's and own"),
        .init(name: "no-pre-norm", property: "no layer norm before the first block (`no_ln_pre`)", published: "CLIPA"),
        .init(name: "average", property: "mean of the patches (`pool_type: avg`)", published: "own"),
        .init(
            name: "average-before-norm", property: "the same before the last layer norm (`final_ln_after_pool`)",
            published: "CLIPA"),
        .init(name: "not-causal", property: "texts without a mask (`no_causal_mask`)", published: "CLIPA"),
        .init(name: "first", property: "texts read at their first place (`pool_type: first`)", published: "own"),
        .init(name: "last", property: "texts read at their last place (`pool_type: last`)", published: "CLIPA"),
        .init(name: "end", property: "texts read at a token (`pool_type: eos`)", published: "own"),
        .init(name: "clipa", property: "all of CLIPA's, BERT's tokenizer included", published: "CLIPA"),
        .init(
            name: "heads", property: "heads of another width (`head_width`, `heads`)",
            published: "own; ViT-H, -g and -bigG are known by their width"),
        .init(name: "pixels-over", property: "pixels that fill no patch (`image_size`)", published: "own"),
    ]

    /// How a model is given.
    enum Form: String, CaseIterable {
        case folder = "open_clip's folder"
        case stateDict = "its state dict alone"
    }

    let source = Fixture.url("variants")
    let expected: SafetensorsFile
    let configs: [String: Any]
    let folder = try! TemporaryFolder()

    init() throws {
        expected = try SafetensorsFile(source.appendingPathComponent("expected.safetensors"))
        let data = try Data(contentsOf: source.appendingPathComponent("configs.json"))
        configs = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// A checkpoint of a variant, its configuration changed by `change`.
    func path(
        _ variant: String, _ form: Form = .folder, change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> String {
        let entry = try #require(configs[variant] as? [String: Any])
        let directory = folder.url.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let weights = try #require(entry["weights"] as? String)
        var config = try #require(entry["config"] as? [String: Any])
        let texts = (config["model_cfg"] as? [String: Any])?["text_cfg"] as? [String: Any]
        let tokenizer =
            texts?["hf_tokenizer_name"] == nil
            ? ["bpe_simple_vocab_16e6.txt.gz"] : ["tokenizer.json", "tokenizer_config.json", "vocab.txt"].map { "bert/\($0)" }
        for (name, copy) in [
            ("\(weights).safetensors", form == .folder ? "open_clip_model.safetensors" : "weights.safetensors")
        ] + tokenizer.map({ ($0, $0.split(separator: "/").last.map(String.init) ?? $0) }) {
            try FileManager.default.copyItem(
                at: source.appendingPathComponent(name), to: directory.appendingPathComponent(copy))
        }
        guard form == .folder else { return directory.appendingPathComponent("weights.safetensors").path }
        change(&config)
        try JSONSerialization.data(withJSONObject: config).write(
            to: directory.appendingPathComponent("open_clip_config.json"))
        return directory.path
    }

    /// The larger of the relative errors of images and texts.
    func error(_ path: String, _ variant: String, activation: Activation? = nil) throws -> Double {
        let clip = try CLIPCheckpoint(path, activation: activation)
        let texts = try JSONDecoder().decode([String].self, from: Data((expected.metadata["texts"] ?? "").utf8))
        let encoder = try clip.textEncoder()
        let pixels = try expected.tensor("\(variant)/pixels")
        guard pixels.shape[1] == clip.config.vision.imageSize else { return .infinity }
        return try max(
            relativeError(clip.visionEncoder().forward(pixels), expected.tensor("\(variant)/images")),
            relativeError(encoder.forward(encoder.batch(texts.map(clip.tokens))), expected.tensor("\(variant)/texts")))
    }

    @Test(arguments: all) func featuresAreOpenCLIPs(variant: Variant) throws {
        #expect(try error(path(variant.name), variant.name) <= 1e-4)
    }

    /// The variants are far enough apart that none passes for another.
    @Test(arguments: all.dropFirst()) func itIsNotThePlainOne(variant: Variant) throws {
        guard variant.name != "pixels-over" else { return }
        let vision = try relativeError(expected.tensor("\(variant.name)/images"), expected.tensor("plain/images"))
        let text = try relativeError(expected.tensor("\(variant.name)/texts"), expected.tensor("plain/texts"))
        #expect(max(vision, text) > 1e-3)
    }

    /// Prompts enter these encoders too, and gradients reach them.
    @Test(arguments: ["clipa", "layer-scale"]) func promptsAreLearnedInThem(variant: String) throws {
        let clip = try CLIPCheckpoint(path(variant))
        let texts = try clip.textEncoder()
        let images = try clip.visionEncoder()
        func prompts(_ width: Int) throws -> DeepPrompts {
            func prompt() throws -> Tensor {
                try Tensor([Float](repeating: 0.1, count: 2 * width), shape: [2, width]).asParameter()
            }
            return try DeepPrompts(shallow: prompt(), deep: [prompt()])
        }
        let (text, vision) = try (prompts(32), prompts(64))
        let batch = try texts.batch(["a photo of a banded", "a photo of stripes"].map(clip.tokens))
        let plain = try texts.forward(batch)
        let prompted = try texts.forward(batch, prompts: text)
        #expect(try relativeError(prompted, plain) > 1e-3)
        let pixels = try expected.tensor("\(variant)/pixels")
        try (images.forward(pixels, prompts: vision).matmul(prompted.transposed(0, 1))).sum().backward()
        for prompt in [text.shallow, vision.shallow] + text.deep + vision.deep {
            #expect(try #require(try prompt.grad).norm(dim: -1).doubles().allSatisfy { $0 > 0 })
        }
    }

    // MARK: - Keys

    static let unknown: [(section: String, key: String, value: String)] = [
        ("", "extra", "1"), ("model_cfg", "multimodal_cfg", "{\"width\": 3}"), ("model_cfg", "init_logit_bias", "-10"),
        ("model_cfg", "towers", "3"), ("vision_cfg", "timm_model_name", "\"vit_base\""),
        ("vision_cfg", "attentional_pool", "true"),
        ("vision_cfg", "qk_norm", "true"), ("vision_cfg", "scale_fc", "true"), ("vision_cfg", "block_type", "\"custom\""),
        ("vision_cfg", "act_kwargs", "{\"approximate\": \"tanh\"}"), ("vision_cfg", "rope", "true"),
        ("vision_cfg", "pool_type", "\"map\""),
        ("vision_cfg", "norm_kwargs", "{\"bias\": false}"), ("vision_cfg", "width", "128"),
        ("vision_cfg", "image_size", "64"),
        ("vision_cfg", "no_ln_pre", "true"), ("vision_cfg", "ls_init_value", "0.1"), ("text_cfg", "embed_cls", "true"),
        ("text_cfg", "proj_bias", "true"), ("text_cfg", "proj_type", "\"none\""),
        ("text_cfg", "hf_model_name", "\"roberta-base\""),
        ("text_cfg", "pool_type", "\"mean\""), ("text_cfg", "context_length", "77"),
        ("text_cfg", "hf_tokenizer_name", "\"roberta-base\""), ("text_cfg", "hf_tokenizer_name", "\"facebook/xlm-v-base\""),
        ("text_cfg", "tokenizer_mode", "\"clips\""), ("text_cfg", "tokenizer_kwargs", "{\"strip_sep_token\": true}"),
        ("text_cfg", "tokenizer_kwargs", "{\"clean\": \"canonicalize\"}"), ("preprocess_cfg", "mode", "\"L\""),
        ("preprocess_cfg", "interpolation", "\"nearest\""), ("preprocess_cfg", "resize_mode", "\"longest\""),
        ("preprocess_cfg", "crop", "0.9"),
    ]

    @Test(arguments: unknown.indices) func aKeyThatIsNotKnownIsRefusedByName(index: Int) throws {
        let (section, key, value) = Self.unknown[index]
        let json = try JSONSerialization.jsonObject(with: Data(value.utf8), options: [.fragmentsAllowed])
        let path = try path("plain") { config in
            switch section {
            case "": config[key] = json
            case "model_cfg", "preprocess_cfg":
                var inner = config[section] as? [String: Any] ?? [:]
                inner[key] = json
                config[section] = inner
            default:
                var model = config["model_cfg"] as? [String: Any] ?? [:]
                var inner = model[section] as? [String: Any] ?? [:]
                inner[key] = json
                model[section] = inner
                config["model_cfg"] = model
            }
        }
        let error = #expect(throws: CLIPError.self, "\(section).\(key)") { try CLIPCheckpoint(path) }
        #expect(
            error?.description.contains(key) == true && error?.description.contains("open_clip_config.json") == true,
            "\(error?.description ?? "")")
    }

    /// The tokenizer must be the one that the texts are for.
    @Test func aTokenizerOfAnotherKindIsRefused() throws {
        func sentence(_ path: String) throws -> String {
            let error = #expect(throws: CLIPError.self) { try CLIPCheckpoint(path) }
            return try #require(error?.description)
        }
        func with(_ key: String, _ value: Any?, in variant: String) throws -> String {
            try path(variant) { config in
                var model = config["model_cfg"] as? [String: Any] ?? [:]
                var texts = model["text_cfg"] as? [String: Any] ?? [:]
                texts[key] = value
                model["text_cfg"] = texts
                config["model_cfg"] = model
            }
        }
        #expect(
            try sentence(with("hf_tokenizer_name", "bert-base-uncased", in: "plain"))
                .hasSuffix("is CLIP's tokenizer, and the model's texts are for bert-base-uncased: name it with --tokenizer."))
        #expect(
            try sentence(with("hf_tokenizer_name", nil, in: "end"))
                .hasSuffix("is BERT's tokenizer, and the model's texts are for CLIP's own: name it with --tokenizer."))
        #expect(try sentence(with("eos_id", 7, in: "end")).contains("reads its texts at the token 7"))
        #expect(try sentence(with("pool_type", "eos", in: "plain")).contains("reads its texts at the token 2"))
    }

    @Test func theWayToTheSizeIsRead() throws {
        func resizing(_ mode: String?, _ filter: String?) throws -> ImageResizing {
            try CLIPCheckpoint(
                path("plain") { config in
                    var pixels: [String: Any] = [:]
                    if let mode { pixels["resize_mode"] = mode }
                    if let filter { pixels["interpolation"] = filter }
                    config["preprocess_cfg"] = pixels
                }
            ).resizing
        }
        #expect(try resizing(nil, nil) == ImageResizing())
        #expect(try resizing("squash", "bilinear") == ImageResizing(mode: .squash, filter: .bilinear))
        #expect(try resizing("shortest", "random") == ImageResizing())
    }

    // MARK: - Tensors

    @Test func aTensorInATowerIsReadOrRefusedAndOneBesideIsNamed() throws {
        let path = try path("plain")
        let url = URL(fileURLWithPath: path).appendingPathComponent("open_clip_model.safetensors")
        let file = try SafetensorsFile(url)
        let tensors = try file.names.map { ($0, try file.tensor($0)) }
        func with(_ name: String) throws -> CLIPCheckpoint {
            try SafetensorsFile.write((tensors + [(name, Tensor.zeros([3]))]).sorted { $0.0 < $1.0 }, to: url)
            return try CLIPCheckpoint(path)
        }
        for name in [
            "visual.transformer.resblocks.0.attn.ln_q.weight", "transformer.resblocks.1.ln_attn.weight", "cls_emb",
        ] {
            let error = #expect(throws: CLIPError.self) { try with(name) }
            #expect(error?.description.contains(name) == true)
        }
        #expect(try with("classifier.weight").remarks.contains { $0.contains("not read: classifier.weight") })
        #expect(try with("attn_mask").remarks == [])
    }

    // MARK: - The documentation

    /// What comes of each kind in each form.
    func table() throws -> [String] {
        var rows = [
            "| kind | published in | " + Form.allCases.map(\.rawValue).joined(separator: " | ") + " |", "|---|---|---|---|",
        ]
        for variant in Self.all {
            let outcomes = Form.allCases.map { form -> String in
                do {
                    let activation = form == .stateDict ? Activation.gelu : nil
                    return try error(path(variant.name, form), variant.name, activation: activation) <= 1e-4
                        ? "equal" : "no weight shows it: give the folder"
                } catch {
                    return "refused"
                }
            }
            rows.append("| \(variant.property) | \(variant.published) | \(outcomes.joined(separator: " | ")) |")
        }
        return rows
    }

    /// docs/checkpoints.md has this table. CAP_WRITE_DOCS=1 writes it there.
    @Test func theDocumentationSaysTheSame() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/checkpoints.md").standardizedFileURL
        let text = try String(contentsOf: url, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- from VariantTests -->\n\n")?.upperBound)
        let end = try #require(text.range(of: "\n\n<!-- end of kinds -->")?.lowerBound)
        let table = try table().joined(separator: "\n")
        if ProcessInfo.processInfo.environment["CAP_WRITE_DOCS"] != nil {
            try text.replacingCharacters(in: start..<end, with: table).write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start..<end] == table)
        }
    }
}

/// What people name for a checkpoint and is none, or not one that can be read.
@Suite("What is no checkpoint is said")
struct CheckpointMistakeTests {
    let folder = try! TemporaryFolder()

    func sentence(_ path: String) throws -> String {
        let error = #expect(throws: CLIPError.self) { try CLIPCheckpoint(path) }
        return try #require(error?.description)
    }

    func copy(_ name: String) throws -> URL {
        let copy = folder.url.appendingPathComponent(name)
        try FileManager.default.copyItem(at: Fixture.url(name), to: copy)
        return copy
    }

    static let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4665214e\nsize 605247071\n"

    @Test(arguments: ["model.safetensors", "config.json", "vocab.json", "merges.txt"])
    func aPointerOfGitLFS(name: String) throws {
        let directory = try copy("quick_gelu")
        try Data(Self.pointer.utf8).write(to: directory.appendingPathComponent(name))
        #expect(try sentence(directory.path).contains("is a Git LFS pointer"))
        #expect(try sentence(directory.path).contains("git lfs pull"))
        for alone in ["ViT-B-32.pt", "pytorch_model.bin", "weights.safetensors"] {
            let file = folder.url.appendingPathComponent(alone)
            try Data(Self.pointer.utf8).write(to: file)
            #expect(try sentence(file.path).contains("is a Git LFS pointer"))
        }
    }

    @Test func aFolderOfTheCacheNamesItsSnapshot() throws {
        let cache = folder.url.appendingPathComponent("models--openai--clip-vit-base-patch32")
        for name in ["blobs", "refs", "snapshots/1111", "snapshots/3d74acf9"] {
            try FileManager.default.createDirectory(
                at: cache.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        try Data("3d74acf9\n".utf8).write(to: cache.appendingPathComponent("refs/main"))
        #expect(try sentence(cache.path).hasSuffix("give \(cache.path)/snapshots/3d74acf9."))
    }

    @Test func aFileOfBefore16SaysHowToSaveItAgain() throws {
        let directory = try copy("quick_gelu")
        try FileManager.default.removeItem(at: directory.appendingPathComponent("model.safetensors"))
        let old = Fixture.url("openai").appendingPathComponent("before-1.6.pt")
        try FileManager.default.copyItem(at: old, to: directory.appendingPathComponent("pytorch_model.bin"))
        #expect(try sentence(directory.path).contains("is in the format of PyTorch before 1.6"))
        #expect(try sentence(directory.path).contains("torch.load('pytorch_model.bin'"))
    }

    @Test(arguments: ["config.json", "vocab.json", "merges.txt"]) func aFileBesideTheWeightsNamesTheFolder(name: String)
        throws
    {
        let directory = Fixture.url("quick_gelu")
        #expect(try sentence(directory.appendingPathComponent(name).path).hasSuffix("give its folder, \(directory.path)."))
    }

    @Test(arguments: ["F8_E4M3", "F8_E5M2", "F4"]) func numbersOfEightBits(type: String) throws {
        let header = Data("{\"logit_scale\":{\"dtype\":\"\(type)\",\"shape\":[1],\"data_offsets\":[0,1]}}".utf8)
        var file = Data(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) })
        file += header + Data([0])
        let url = folder.url.appendingPathComponent("small.safetensors")
        try file.write(to: url)
        #expect(
            try sentence(url.path).contains(
                "\"\(type)\", numbers of \(type.dropFirst().prefix(1)) bits: a copy made smaller"))
    }

    @Test(arguments: [
        (#"{"model_type": "clip", "text_config": {}, "vision_config": {"use_head": true}}"#, "vision_config.use_head"),
        (#"{"model_type": "clip", "text_config": {"is_decoder": true}, "vision_config": {}}"#, "text_config.is_decoder"),
        (
            #"{"model_type": "clip", "quantization_config": {"bits": 4}, "text_config": {}, "vision_config": {}}"#,
            "quantization_config"
        ),
        (#"{"model_type": "clip", "auto_map": {"AutoModel": "x.y"}, "text_config": {}, "vision_config": {}}"#, "auto_map"),
    ])
    func aKeyOfConfigThatIsNotKnown(json: String, key: String) throws {
        let url = folder.url.appendingPathComponent("config.json")
        try Data(json.utf8).write(to: url)
        let error = #expect(throws: CLIPError.self) { try CLIPConfig(contentsOf: url) }
        #expect(error?.description.contains(key) == true, "\(error?.description ?? "")")
    }
}
