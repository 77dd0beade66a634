import CLIP
import Foundation
import TestSupport
import Testing

@Suite("config.json")
struct ConfigTests {
    let folder = try! TemporaryFolder()

    func config(_ json: String) throws -> CLIPConfig {
        let url = folder.url.appendingPathComponent("config.json")
        try Data(json.utf8).write(to: url)
        return try CLIPConfig(contentsOf: url)
    }

    @Test func missingKeysHaveTheValuesOfTransformers() throws {
        let config = try config(#"{"model_type": "clip", "text_config": {}, "vision_config": {}}"#)
        #expect(config == CLIPConfig())
        #expect(config.vision.tokens == 50)
        #expect(config.text.transformer.heads == 8)
        #expect(config.text.endOfTextToken == 49407)
    }

    @Test func aDictSectionPrevailsOverThePlainOne() throws {
        // As OpenAI's ViT-L/14 has it; what the dict does not say is the default, not the plain section's.
        let config = try config(
            """
            {"model_type": "clip", "projection_dim": 768,
             "text_config": {"hidden_size": 512, "eos_token_id": 2},
             "text_config_dict": {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072},
             "vision_config": {"hidden_size": 1024, "num_attention_heads": 16, "num_hidden_layers": 24,
                               "intermediate_size": 4096, "patch_size": 14},
             "vision_config_dict": null}
            """)
        #expect(config.text.transformer.width == 768)
        #expect(config.text.endOfTextToken == 49407)
        #expect(config.vision.transformer.layers == 24)
        #expect(config.vision.tokens == 257)
        #expect(config.projectionDimension == 768)
    }

    @Test(arguments: [
        (#"{"model_type": "siglip", "text_config": {}, "vision_config": {}}"#, "a model of type \"siglip\""),
        (#"{"model_type": "clip_text_model"}"#, "a model of type \"clip_text_model\""),
        (#"{"architectures": ["Other"]}"#, "it is not a CLIP's"),
        (#"{"model_type": "clip", "text_config": {"hidden_act": "relu"}}"#, "hidden_act is \"relu\""),
        (
            #"{"model_type": "clip", "text_config": {"hidden_size": "512"}}"#,
            "\"text_config.hidden_size\" should be a whole"
        ),
        (
            #"{"model_type": "clip", "text_config": {"hidden_size": 510}}"#,
            "510 is not a multiple of num_attention_heads 8"
        ),
        (#"{"model_type": "clip", "vision_config": {"patch_size": 0}}"#, "patch_size is 0"),
        (#"{"model_type": "clip", "vision_config": {"patch_size": 300}}"#, "patch_size is 300"),
        (#"{"model_type": "clip", "vision_config": {"image_size": [224, 200]}}"#, "only square images"),
        (#"{"model_type": "clip", "vision_config": {"num_channels": 4}}"#, "num_channels is 4"),
        (
            #"{"model_type": "clip", "text_config": {"num_hidden_layers": 9223372036854775807}}"#,
            "num_hidden_layers is 9"
        ),
        (#"{"model_type": "clip", "text_config": {"layer_norm_eps": 0}}"#, "layer_norm_eps is 0"),
        (#"["#, "not valid JSON"),
    ])
    func whatDoesNotFitIsASentence(json: String, reason: String) throws {
        let error = #expect(throws: CLIPError.self) { try config(json) }
        let found = try #require(error?.description)
        #expect(found.contains(reason), "\(found)")
        #expect(found.contains("config.json"))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var original = CLIPConfig(projectionDimension: 24)
        original.text.transformer.activation = .gelu
        original.vision.patchSize = 16
        original.text.endOfTextToken = 500
        #expect(try config(String(decoding: original.json(), as: UTF8.self)) == original)
    }
}
