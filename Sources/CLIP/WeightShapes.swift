/// A weight's name in a Hugging Face checkpoint, and the shape the configuration gives it.
public struct WeightShape: Sendable, Equatable {
    public var name: String
    public var shape: [Int]
}

extension CLIPConfig {
    /// The text encoder's weights.
    public var textWeights: [WeightShape] {
        let width = text.transformer.width
        return [
            WeightShape(
                name: "text_model.embeddings.token_embedding.weight", shape: [text.vocabularySize, width]),
            WeightShape(
                name: "text_model.embeddings.position_embedding.weight", shape: [text.contextLength, width]),
        ]
            + text.transformer.weights(prefix: "text_model.encoder")
            + layerNorm("text_model.final_layer_norm", width: width)
            + [WeightShape(name: "text_projection.weight", shape: [projectionDimension, width])]
    }

    /// The vision encoder's weights.
    public var visionWeights: [WeightShape] {
        let width = vision.transformer.width
        let patch = vision.patchSize
        return [
            WeightShape(name: "vision_model.embeddings.class_embedding", shape: [width]),
            WeightShape(
                name: "vision_model.embeddings.patch_embedding.weight", shape: [width, 3, patch, patch]),
            WeightShape(
                name: "vision_model.embeddings.position_embedding.weight", shape: [vision.tokens, width]),
        ]
            // The spelling is the checkpoints' own.
            + (vision.hasPreNorm ? layerNorm("vision_model.pre_layrnorm", width: width) : [])
            + vision.transformer.weights(prefix: "vision_model.encoder")
            + layerNorm("vision_model.post_layernorm", width: width)
            + [WeightShape(name: "visual_projection.weight", shape: [projectionDimension, width])]
    }

    /// Every weight of the model.
    public var weights: [WeightShape] {
        textWeights + visionWeights + [Self.logitScale]
    }

    /// The logarithm of what cosines are multiplied with.
    static let logitScale = WeightShape(name: "logit_scale", shape: [])
}

extension TransformerConfig {
    func weights(prefix: String) -> [WeightShape] {
        var weights: [WeightShape] = []
        for index in 0..<layers {
            let block = "\(prefix).layers.\(index)"
            weights += layerNorm("\(block).layer_norm1", width: width)
            for part in ["q", "k", "v", "out"] {
                weights += linear("\(block).self_attn.\(part)_proj", from: width, to: width)
            }
            weights += layerNorm("\(block).layer_norm2", width: width)
            weights += linear("\(block).mlp.fc1", from: width, to: feedForwardWidth)
            weights += linear("\(block).mlp.fc2", from: feedForwardWidth, to: width)
            if hasLayerScale {
                weights += LayerScale.parts.map { WeightShape(name: "\(block).\($0.scale)", shape: [width]) }
            }
        }
        return weights
    }
}

/// The layer scale of a block, which is part of the linear layer before it: γ ⊙ (W x + b) = (γ W) x + γ b.
enum LayerScale {
    /// What the scales are called, and the layers that they scale the results of.
    static let parts = [
        (scale: "layer_scale1.gamma", layer: "self_attn.out_proj"), (scale: "layer_scale2.gamma", layer: "mlp.fc2"),
    ]
}

private func linear(_ name: String, from input: Int, to output: Int) -> [WeightShape] {
    [
        WeightShape(name: "\(name).weight", shape: [output, input]),
        WeightShape(name: "\(name).bias", shape: [output]),
    ]
}

private func layerNorm(_ name: String, width: Int) -> [WeightShape] {
    [WeightShape(name: "\(name).weight", shape: [width]), WeightShape(name: "\(name).bias", shape: [width])]
}
