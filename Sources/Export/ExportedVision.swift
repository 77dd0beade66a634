import Artifacts
import CAP
import CLIP
import Stages
import Tensors

/// The adapted image encoder and the classes' features as one TorchScript program.
///
/// The weights of the blocks are stacked, so that the program is a loop over them as long as the model is deep.
struct ExportedVision {
    let script: TorchScript
    /// What enters beside the patches before each prompted block, `[prompted blocks, context, width]`; nil where the
    /// model's prompts leave images as they are.
    let prompts: Tensor?

    init(_ classifier: AdaptedClassifier, _ checkpoint: CLIPCheckpoint) throws {
        let config = checkpoint.config.vision
        let (transformer, normalization) = (config.transformer, checkpoint.normalization)
        let weights = try checkpoint.visionWeights()
        prompts = try withoutGradients { try classifier.prompted.prompts.vision() }
            .map { try Tensor.stack([$0.shallow] + $0.deep) }

        func stacked(_ name: String) throws -> Tensor {
            try Tensor.stack(
                (0..<transformer.layers).map { try weights("vision_model.encoder.layers.\($0).\(name)") })
        }
        func joined(_ kind: String) throws -> Tensor {
            try Tensor.concat(["q", "k", "v"].map { try stacked("self_attn.\($0)_proj.\(kind)") }, dim: 1)
        }
        let tensors: [(name: String, tensor: Tensor)] =
            try [
                ("pixel_scale", Tensor(normalization.deviation.map { 1 / (255 * $0) }, shape: [3])),
                (
                    "pixel_offset",
                    Tensor(zip(normalization.mean, normalization.deviation).map { $0 / $1 }, shape: [3])
                ),
                (
                    "patch_weight",
                    weights("vision_model.embeddings.patch_embedding.weight").reshaped([transformer.width, -1])
                ),
                ("class_embedding", weights("vision_model.embeddings.class_embedding")),
                ("position_embedding", weights("vision_model.embeddings.position_embedding.weight")),
                ("pre_norm_weight", weights("vision_model.pre_layrnorm.weight")),
                ("pre_norm_bias", weights("vision_model.pre_layrnorm.bias")),
                ("norm1_weight", stacked("layer_norm1.weight")), ("norm1_bias", stacked("layer_norm1.bias")),
                ("attention_weight", joined("weight")), ("attention_bias", joined("bias")),
                ("output_weight", stacked("self_attn.out_proj.weight")),
                ("output_bias", stacked("self_attn.out_proj.bias")),
                ("norm2_weight", stacked("layer_norm2.weight")), ("norm2_bias", stacked("layer_norm2.bias")),
                ("inner_weight", stacked("mlp.fc1.weight")), ("inner_bias", stacked("mlp.fc1.bias")),
                ("outer_weight", stacked("mlp.fc2.weight")), ("outer_bias", stacked("mlp.fc2.bias")),
                ("post_norm_weight", weights("vision_model.post_layernorm.weight")),
                ("post_norm_bias", weights("vision_model.post_layernorm.bias")),
                ("projection", weights("visual_projection.weight")),
                ("class_features", classifier.text),
            ] + (prompts.map { [("prompts", $0)] } ?? [])
        script = TorchScript(
            source: Self.source(config, prompted: prompts?.shape[0] ?? 0, logitScale: classifier.prompted.logitScale),
            tensors: tensors, strings: (name: "classes", values: classifier.classNames))
    }

    /// The methods: `view` makes an image the model's, `forward` gives the probabilities of such images.
    ///
    /// - Parameter prompted: how many blocks learned prompts stand before.
    private static func source(_ config: VisionConfig, prompted: Int, logitScale: Double) -> String {
        let transformer = config.transformer
        let (size, grid, patch, width) = (config.imageSize, config.grid, config.patchSize, transformer.width)
        let activation =
            switch transformer.activation {
            case .quickGELU: "x * torch.sigmoid(1.702 * x)"
            case .gelu: "torch.gelu(x)"
            }
        // What is not there is not mentioned: the compiler looks up every attribute.
        let prompts =
            prompted > 0
            ? "torch.cat([x[:, :\(config.tokens)], self.prompts[i].expand([x.size(0), -1, \(width)])], 1)" : "x"
        return """
            def norm(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                return torch.layer_norm(x, [\(width)], weight, bias, \(transformer.layerNormEpsilon))

            def activation(self, x: Tensor) -> Tensor:
                return \(activation)

            def prompted(self, x: Tensor, i: int) -> Tensor:
                return \(prompts)

            def attention(self, x: Tensor, i: int) -> Tensor:
                n = x.size(0)
                x = torch.linear(x, self.attention_weight[i], self.attention_bias[i])
                x = x.reshape([n, -1, 3, \(transformer.heads), \(width / transformer.heads)]).permute([2, 0, 3, 1, 4])
                x = torch.scaled_dot_product_attention(x[0], x[1], x[2])
                x = x.transpose(1, 2).reshape([n, -1, \(width)])
                return torch.linear(x, self.output_weight[i], self.output_bias[i])

            def features(self, images: Tensor) -> Tensor:
                n = images.size(0)
                x = images * self.pixel_scale - self.pixel_offset
                x = x[:, :\(grid * patch), :\(grid * patch)].reshape([n, \(grid), \(patch), \(grid), \(patch), 3])
                x = x.permute([0, 1, 3, 5, 2, 4]).reshape([n, \(grid * grid), \(3 * patch * patch)])
                x = torch.linear(x, self.patch_weight)
                x = torch.cat([self.class_embedding.expand([n, 1, \(width)]), x], 1) + self.position_embedding
                x = self.prompted(x, 0)
                x = self.norm(x, self.pre_norm_weight, self.pre_norm_bias)
                for i in range(\(transformer.layers)):
                    if i > 0 and i < \(prompted):
                        x = self.prompted(x, i)
                    x = x + self.attention(self.norm(x, self.norm1_weight[i], self.norm1_bias[i]), i)
                    y = self.norm(x, self.norm2_weight[i], self.norm2_bias[i])
                    y = self.activation(torch.linear(y, self.inner_weight[i], self.inner_bias[i]))
                    x = x + torch.linear(y, self.outer_weight[i], self.outer_bias[i])
                x = torch.linear(self.norm(x[:, 0], self.post_norm_weight, self.post_norm_bias), self.projection)
                return x / torch.norm(x, 2, [1], True)

            def forward(self, images: Tensor) -> Tensor:
                cosines = torch.matmul(self.features(images), self.class_features.t())
                return torch.softmax(cosines * \(logitScale), 1)

            def view(self, image: Tensor) -> Tensor:
                height, width = image.size(0), image.size(1)
                shorter = min(height, width)
                h, w = \(size) * height // shorter, \(size) * width // shorter
                if h != height or w != width:
                    x = image.permute([2, 0, 1]).unsqueeze(0)
                    image = torch._upsample_bicubic2d_aa(x, [h, w], False, None, None)[0].permute([1, 2, 0])
                top, left = h - \(size), w - \(size)
                top = top // 2 + (top % 2) * (top // 2 % 2)
                left = left // 2 + (left % 2) * (left // 2 % 2)
                return image[top:top + \(size), left:left + \(size)]
            """
    }
}
