import FoundationEssentials
import Tensors

/// Both encoders and the logit scale together: what a CLIP is trained as and saved as.
///
///     let model = try CLIPModel(config, seed: 1)
///     try model.setTrainable(true)
///     let images = try model.vision.forward(pixels).l2Normalized()
///     let texts = try model.text.forward(batch).l2Normalized()
///     let logits = try images.matmul(texts.transposed(0, 1)) * model.logitScale.exp()
///     …
///     try model.save(in: folder)
public struct CLIPModel: Sendable {
    public let config: CLIPConfig
    public let text: CLIPTextEncoder
    public let vision: CLIPVisionEncoder
    /// The logarithm of what cosines are multiplied with, a single number.
    public let logitScale: Tensor

    public init(_ weights: Weights, _ config: CLIPConfig, normalization: PixelNormalization = .clip) throws {
        self.config = config
        text = try CLIPTextEncoder(weights, config.text)
        vision = try CLIPVisionEncoder(weights, config.vision, normalization: normalization)
        logitScale = try weights(CLIPConfig.logitScale.name)
    }

    /// A model with new weights, drawn from `seed` as `transformers` initialises them.
    public init(_ config: CLIPConfig, seed: UInt64) throws {
        try config.validate()
        try self.init(Weights.random(config, seed: seed), config)
    }

    /// The tensors training changes, by a name each. Query, key and value are one tensor here.
    public var parameters: [(name: String, tensor: Tensor)] {
        text.parameters + vision.parameters + [(CLIPConfig.logitScale.name, logitScale)]
    }

    /// Lets gradients flow to every parameter, or to none.
    public func setTrainable(_ trainable: Bool) throws {
        for (_, tensor) in parameters { try tensor.setRequiresGrad(trainable) }
    }

    /// Writes `config.json` and `model.safetensors` to `directory`, where a tokenizer makes a checkpoint of
    /// them.
    public func save(in directory: URL, as type: SafetensorsType = .float32) throws {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in parameters {
            guard name.contains(SelfAttention.fusedName) else {
                tensors[name] = tensor
                continue
            }
            let width = tensor.shape[0] / 3
            for (index, part) in ["q_proj", "k_proj", "v_proj"].enumerated() {
                let partName = name.replacing(SelfAttention.fusedName, with: part)
                tensors[partName] = try tensor.narrow(dim: 0, start: index * width, length: width)
            }
        }
        let weights = Weights(tensors)
        try SafetensorsFile.write(
            config.weights.map { ($0.name, try weights($0.name).reshaped($0.shape)) },
            to: directory.appendingPathComponent("model.safetensors"), as: type)
        do {
            try config.json().write(to: directory.appendingPathComponent("config.json"), options: .atomic)
        } catch {
            throw CLIPError("config.json cannot be written to \(directory.path): \(reason(error)).")
        }
    }
}

extension CLIPTextEncoder {
    var parameters: [(name: String, tensor: Tensor)] {
        [
            ("text_model.embeddings.token_embedding.weight", tokenEmbedding),
            ("text_model.embeddings.position_embedding.weight", positionEmbedding),
        ]
            + blocks.enumerated().flatMap { $1.parameters("text_model.encoder.layers.\($0)") }
            + finalNorm.parameters("text_model.final_layer_norm")
            + [("text_projection.weight", projection)]
    }
}

extension CLIPVisionEncoder {
    var parameters: [(name: String, tensor: Tensor)] {
        [
            ("vision_model.embeddings.class_embedding", classEmbedding),
            ("vision_model.embeddings.patch_embedding.weight", patchEmbedding),
            ("vision_model.embeddings.position_embedding.weight", positionEmbedding),
        ]
            + (preNorm?.parameters("vision_model.pre_layrnorm") ?? [])
            + blocks.enumerated().flatMap { $1.parameters("vision_model.encoder.layers.\($0)") }
            + postNorm.parameters("vision_model.post_layernorm")
            + [("visual_projection.weight", projection)]
    }
}

extension TransformerBlock {
    fileprivate func parameters(_ name: String) -> [(name: String, tensor: Tensor)] {
        attentionNorm.parameters("\(name).layer_norm1")
            + attention.input.parameters("\(name).self_attn.\(SelfAttention.fusedName)")
            + attention.output.parameters("\(name).self_attn.out_proj")
            + feedForwardNorm.parameters("\(name).layer_norm2")
            + feedForward.inner.parameters("\(name).mlp.fc1")
            + feedForward.outer.parameters("\(name).mlp.fc2")
    }
}

extension Linear {
    /// None of a packed one, which is not trained.
    fileprivate func parameters(_ name: String) -> [(name: String, tensor: Tensor)] {
        switch self {
        case .plain(let weight, let bias): [("\(name).weight", weight), ("\(name).bias", bias)]
        case .packed: []
        }
    }
}

extension LayerNorm {
    fileprivate func parameters(_ name: String) -> [(name: String, tensor: Tensor)] {
        [("\(name).weight", weight), ("\(name).bias", bias)]
    }
}

extension SelfAttention {
    /// What the fused query, key and value are called among the parameters.
    fileprivate static let fusedName = "qkv_proj"
}
