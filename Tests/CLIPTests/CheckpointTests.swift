import CLIP
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("A checkpoint")
struct CheckpointTests {
    let folder = try! TemporaryFolder()

    /// A copy of a fixture that a test may damage.
    func copy(_ name: String) throws -> URL {
        let copy = folder.url.appendingPathComponent(name)
        try FileManager.default.copyItem(at: Fixture.url(name), to: copy)
        return copy
    }

    /// Writes the weights of `directory` again, changed by `change`.
    func rewrite(_ directory: URL, _ change: (inout [String: Tensor]) throws -> Void) throws {
        let url = directory.appendingPathComponent("model.safetensors")
        let file = try SafetensorsFile(url)
        var tensors = try Dictionary(uniqueKeysWithValues: file.names.map { ($0, try file.tensor($0)) })
        try change(&tensors)
        try SafetensorsFile.write(tensors.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, to: url)
    }

    func sentence(_ directory: URL, _ open: (CLIPCheckpoint) throws -> Void = { _ in }) throws -> String {
        let error = #expect(throws: CLIPError.self) { try open(CLIPCheckpoint(directory.path)) }
        return try #require(error?.description)
    }

    @Test func missingWeightsAreNamed() throws {
        let directory = try copy("quick_gelu")
        try rewrite(directory) { $0["visual_projection.weight"] = nil }
        #expect(try sentence(directory).contains("does not have the tensor visual_projection.weight, which"))
        try rewrite(directory) { tensors in
            for name in tensors.keys where name.contains("layers.1") { tensors[name] = nil }
        }
        #expect(try sentence(directory).contains("text_model.encoder.layers.1.layer_norm1.weight"))
        #expect(try sentence(directory).contains(" more, which"))
    }

    @Test func aWrongShapeIsNamedWithBothShapes() throws {
        let directory = try copy("quick_gelu")
        try rewrite(directory) { $0["logit_scale"] = try Tensor.zeros([2]) }
        #expect(try sentence(directory).contains("tensor logit_scale has the shape [2], but"))
        #expect(try sentence(directory).hasSuffix("asks for []."))
    }

    @Test func undefinedNumbersAreRefused() throws {
        let directory = try copy("quick_gelu")
        let name = "vision_model.post_layernorm.bias"
        try rewrite(directory) { tensors in
            var values = [Float](repeating: 0, count: 30)
            values[7] = .nan
            tensors[name] = try Tensor(values, shape: [30])
        }
        #expect(
            try sentence(directory) { _ = try $0.visionEncoder() }
                .contains("tensor \(name) holds infinite or undefined numbers (NaN)"))
    }

    @Test func aTokenizerWithMoreTokensThanTheModelIsRefused() throws {
        let directory = try copy("quick_gelu")
        for file in ["vocab.json", "merges.txt"] {
            let url = directory.appendingPathComponent(file)
            try FileManager.default.removeItem(at: url)
            try FileManager.default.copyItem(
                at: Fixture.url("tokenizer").appendingPathComponent(file), to: url)
        }
        #expect(try sentence(directory).contains("tokens up to 49407"))
    }

    @Test func aPartNamedOutsideTheFolderIsRefused() throws {
        let directory = try copy("gelu_sharded")
        try Data(#"{"weight_map": {"logit_scale": "../quick_gelu/model.safetensors"}}"#.utf8)
            .write(to: directory.appendingPathComponent("model.safetensors.index.json"))
        #expect(try sentence(directory).contains("only files beside it are read"))
    }

    @Test func aMissingPartIsNamed() throws {
        let directory = try copy("gelu_sharded")
        let part = directory.appendingPathComponent("model-00002-of-00002.safetensors")
        try FileManager.default.removeItem(at: part)
        #expect(try sentence(directory).hasPrefix("\(part.path) cannot be opened"))
    }

    @Test func otherFormatsAreNamed() throws {
        let directory = try copy("quick_gelu")
        let weights = directory.appendingPathComponent("model.safetensors")
        try FileManager.default.moveItem(
            at: weights, to: directory.appendingPathComponent("flax_model.msgpack"))
        #expect(
            try sentence(directory)
                == "\(directory.path) has no model.safetensors; flax_model.msgpack must be saved as safetensors first."
        )
    }

    @Test func aMissingFolderAndAMissingConfigAreSentences() throws {
        #expect(
            try sentence(folder.url.appendingPathComponent("nothing")).contains("does not exist; a checkpoint is"))
        #expect(try sentence(folder.url).contains("has no config.json and no file of weights"))
    }

    @Test func theLogitScaleIsTheExponential() throws {
        #expect(abs(try Fixture("quick_gelu").checkpoint.logitScale() - 90.0171) < 1e-3)
    }

    @Test func theIdentityFollowsTheContents() throws {
        let original = try Fixture("quick_gelu").checkpoint.identity()
        #expect(original.count == 32)
        let directory = try copy("quick_gelu")
        #expect(try CLIPCheckpoint(directory.path).identity() == original)
        try rewrite(directory) { try $0["logit_scale"]?.addInPlace(Tensor([0.5] as [Float], shape: [])) }
        #expect(try CLIPCheckpoint(directory.path).identity() != original)
    }

    @Test func aTokenizerFromElsewhereStandsInForTheOneThatLiesThere() throws {
        let directory = try copy("quick_gelu")
        let elsewhere = folder.url.appendingPathComponent("elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        for file in ["vocab.json", "merges.txt"] {
            try FileManager.default.moveItem(
                at: directory.appendingPathComponent(file), to: elsewhere.appendingPathComponent(file))
        }
        #expect(try sentence(directory).contains("has no tokenizer: vocab.json and merges.txt, tokenizer.json, "))
        #expect(try sentence(directory).contains("Name one with --tokenizer"))
        try Data().write(to: directory.appendingPathComponent("spiece.model"))
        #expect(try sentence(directory).contains("has no tokenizer but SentencePiece's spiece.model: vocab.json and "))
        let original = try Fixture("quick_gelu").checkpoint
        for path in [elsewhere.path, elsewhere.appendingPathComponent("vocab.json").path] {
            let clip = try CLIPCheckpoint(directory.path, tokenizer: path)
            #expect(clip.tokens("a photo of a banded") == original.tokens("a photo of a banded"))
            #expect(try clip.identity() == original.identity())
        }
    }

    @Test func anActivationIsNotTakenWhereTheConfigurationHasOne() throws {
        let error = #expect(throws: CLIPError.self) {
            try CLIPCheckpoint(Fixture.url("quick_gelu").path, activation: .gelu)
        }
        #expect(
            error?.description.hasSuffix("says which activation its model has; leave --activation out.") == true)
    }

    @Test func aProcessorsFileCountsAsAPreprocessors() throws {
        let directory = try copy("bfloat16")
        try Data(
            #"""
            {"image_processor": {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
             "rescale_factor": 0.00784313725, "resample": 1, "size": {"shortest_edge": 20}, "do_center_crop": false}}
            """#.utf8
        ).write(to: directory.appendingPathComponent("processor_config.json"))
        let clip = try CLIPCheckpoint(directory.path)
        // (2x/255 - 0.5) / 0.5
        let values = try clip.normalization.placed(on: .cpu)(Tensor([255, 0, 51] as [UInt8], shape: [1, 3])).floats()
        for (found, expected) in zip(values, [3, -1, -0.2] as [Float]) { #expect(abs(found - expected) < 1e-5) }
        #expect(clip.remarks.count == 3)
        #expect(clip.remarks.first?.contains("asks for resampling filter 1") == true)
    }

    @Test func pixelsAreNormalisedAsThePreprocessorSays() throws {
        let directory = try copy("bfloat16")
        try Data(#"{"image_mean": [0, 0, 0], "image_std": [1, 0, 1]}"#.utf8)
            .write(to: directory.appendingPathComponent("preprocessor_config.json"))
        #expect(try sentence(directory).contains("the deviations above 0"))
        try Data(#"{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.5, 1]}"#.utf8)
            .write(to: directory.appendingPathComponent("preprocessor_config.json"))
        let normalization = try CLIPCheckpoint(directory.path).normalization
        let values = try normalization.placed(on: .cpu)(Tensor([255, 0, 51] as [UInt8], shape: [1, 3])).floats()
        for (found, expected) in zip(values, [2, -1, -0.3] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
    }
}
