import Vocabulary

extension CLIPConfig {
    /// The architecture that weights in OpenAI's naming have, told from their shapes.
    ///
    /// Widths, depths, patch size, image size, vocabulary and context length are sides of weights. The number
    /// of heads is not; published CLIPs, OpenAI's and all of open_clip's, have one for every 64 of a tower's
    /// width, but 16 in vision towers wider than 1024. Layer norms have the epsilon of `torch`, 1e-5. The
    /// activation is the one given.
    ///
    /// Refuses what is not a CLIP of two transformers, naming what was found instead.
    init(openAI weights: OpenAIWeights, activation: Activation) throws {
        try Self.refuseOthers(weights.file)
        func sides(_ name: String, count: Int) throws -> [Int] {
            guard let shape = weights.shape(name), shape.count == count else {
                throw CLIPError(
                    "\(weights.url.path) has no weight for \(name) of \(count) dimensions, which a CLIP has.")
            }
            return shape
        }
        let patches = try sides("vision_model.embeddings.patch_embedding.weight", count: 4)
        let positions = try sides("vision_model.embeddings.position_embedding.weight", count: 2)
        let tokens = try sides("text_model.embeddings.token_embedding.weight", count: 2)
        let context = try sides("text_model.embeddings.position_embedding.weight", count: 2)
        let projection = try sides("text_projection.weight", count: 2)
        let grid = Int(Double(max(positions[0] - 1, 0)).squareRoot().rounded())
        guard grid * grid + 1 == positions[0] else {
            throw CLIPError(
                "\(weights.url.path): the vision tower has \(positions[0]) positions, which are not a class token and a "
                    + "square of patches.")
        }
        let (imageSize, tooLarge) = grid.multipliedReportingOverflow(by: patches[2])
        guard !tooLarge else {
            throw CLIPError("\(weights.url.path): images of \(grid) patches of \(patches[2]) pixels are too large.")
        }

        func transformer(_ prefix: String, width: Int, heads: Int) throws -> TransformerConfig {
            let layers = weights.names.count { $0.hasPrefix(prefix) && $0.hasSuffix(".mlp.fc1.weight") }
            let hidden = try sides("\(prefix)0.mlp.fc1.weight", count: 2)[0]
            var config = TransformerConfig(
                width: width, layers: layers, heads: max(heads, 1), feedForwardWidth: hidden, activation: activation
            )
            config.hasLayerScale = weights.names.contains { $0.hasPrefix(prefix) && $0.hasSuffix(LayerScale.parts[0].scale) }
            return config
        }
        let visionHeads = patches[0] > 1024 ? 16 : patches[0] / 64
        self.init(
            text: TextConfig(
                transformer: try transformer(
                    "text_model.encoder.layers.", width: tokens[1], heads: tokens[1] / 64),
                vocabularySize: tokens[0], contextLength: context[0],
                // OpenAI's code reads the feature at the largest token.
                endOfTextToken: nil),
            vision: VisionConfig(
                transformer: try transformer(
                    "vision_model.encoder.layers.", width: patches[0], heads: visionHeads),
                imageSize: imageSize, patchSize: patches[2]),
            projectionDimension: projection[0])
        vision.hasPreNorm = weights.shape("vision_model.pre_layrnorm.weight") != nil
        try validate(name: "the architecture that \(weights.url.path) has by its shapes")
    }

    /// Throws a sentence where the names of a file's tensors are not those of a CLIP with two transformers.
    private static func refuseOthers(_ file: any TensorFile) throws {
        let stored = file.names
        let names = stored.map(OpenAIWeights.withoutWrappers)
        func has(_ prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
        let hasText = has("token_embedding.") || has("text_model.") || has("transformer.")
        let hasVision = has("visual.") || has("vision_model.")
        let found: String
        if has("logit_bias") {
            found = "a SigLIP (it has the tensor logit_bias)"
        } else if has("visual.layer1.") || has("visual.attnpool.") {
            found = "a CLIP with a ResNet for its images (it has tensors such as visual.layer1)"
        } else if has("visual.trunk.") {
            found = "a CLIP with a vision tower of timm's (it has tensors such as visual.trunk)"
        } else if has("text_decoder.") || has("visual.attn_pool.") {
            found = "a CoCa (it has a text decoder or attention pooling)"
        } else if has("transformer.embeddings.") || has("transformer.encoder.") {
            found = "a CLIP with a text tower of another kind (it has tensors such as text.transformer.encoder)"
        } else if has("vision_model."), has("text_model.") {
            throw CLIPError(
                "\(file.url.path) holds weights in Hugging Face's naming, whose sizes stand in a config.json: "
                    + "give the folder that has both, such as \(file.url.deletingLastPathComponent().path).")
        } else if hasText, !hasVision {
            found = "a text transformer alone, without the one for images"
        } else if hasVision, !hasText {
            found = "a vision transformer alone, without the one for texts"
        } else if has("visual.conv1.") {
            return
        } else {
            let examples = stored.prefix(3).joined(separator: ", ")
            found =
                stored.isEmpty ? "no tensors" : "\(stored.count) tensors such as \(examples), none of them a CLIP's"
        }
        throw CLIPError("\(file.url.path) holds \(found); a CLIP with a text and a vision transformer is needed.")
    }
}
