import Tensors

/// CLIP's text transformer: tokens to features.
///
/// Follows `CLIPTextModel` of `transformers` (`encode_text` of openai/CLIP), with one difference in cost and
/// none in result: attention is causal and the feature is read at the end-of-text token, so the tokens behind
/// the longest text's end are left out instead of padding every text to 77.
public struct CLIPTextEncoder: Sendable {
    /// `[vocabulary, width]`.
    let tokenEmbedding: Tensor
    /// `[context length, width]`.
    let positionEmbedding: Tensor
    public let blocks: [TransformerBlock]
    let finalNorm: LayerNorm
    /// `[projection dimension, width]`.
    let projection: Tensor
    public let config: TextConfig

    public init(_ weights: Weights, _ config: TextConfig) throws {
        let transformer = config.transformer
        tokenEmbedding = try weights("text_model.embeddings.token_embedding.weight")
        positionEmbedding = try weights("text_model.embeddings.position_embedding.weight")
        blocks = try (0..<transformer.layers).map {
            try TransformerBlock(weights, "text_model.encoder.layers.\($0)", transformer, causal: true)
        }
        finalNorm = try LayerNorm(
            weights, "text_model.final_layer_norm", epsilon: transformer.layerNormEpsilon)
        projection = try weights("text_projection.weight")
        self.config = config
    }

    /// The features of `texts`, not normalised, in the weights' type: `[texts, projection dimension]`.
    ///
    /// - Parameter prompts: learned contexts, which replace the tokens from position 1 on: the shallow one the
    ///   token embeddings (positions are added to it), the deep ones the hidden states.
    public func forward(_ texts: TextBatch, prompts: DeepPrompts? = nil) throws -> Tensor {
        try check(prompts, texts)
        var x = try tokenEmbedding.embedding(texts.tokens)
        if let prompts { x = try x.replacingTokens(from: 1, with: prompts.shallow) }
        x = try x + positionEmbedding.narrow(dim: 0, start: 0, length: texts.length)
        for (index, block) in blocks.enumerated() {
            if let deep = prompts?.replacement(before: index) {
                x = try x.replacingTokens(from: 1, with: deep)
            }
            x = try block(x)
        }
        let ends = try x.at(rows: texts.rows, columns: texts.ends)
        return try finalNorm(ends).linear(weight: projection)
    }

    /// The embeddings of `tokens` before any position is added, `[tokens, width]` in float32: where a learned
    /// context starts from.
    public func embeddings(of tokens: [Int]) throws -> Tensor {
        try check(tokens)
        return try tokenEmbedding.embedding(Tensor(indices: tokens).to(tokenEmbedding.device)).to(.float32)
            .detached()
    }

    /// Lays tokenized texts out for `forward`.
    ///
    /// - Parameter texts: each with its begin and its end token, as `CLIPTokenizer.tokens(_:contextLength:)`
    ///   makes them.
    public func batch(_ texts: [[Int]]) throws -> TextBatch {
        guard let length = texts.map(\.count).max(), length > 0 else {
            throw CLIPError("There is no text to encode.")
        }
        for tokens in texts { try check(tokens) }
        let ends = try texts.map(endPosition)
        // What stands behind an end token is never looked at; the end token itself is a safe filling.
        let padded = texts.flatMap { $0 + [Int](repeating: $0.last ?? 0, count: length - $0.count) }
        let device = tokenEmbedding.device
        return try TextBatch(
            tokens: Tensor(indices: padded).reshaped([texts.count, length]).to(device),
            rows: Tensor(indices: 0..<texts.count).to(device), ends: Tensor(indices: ends).to(device),
            length: length, shortest: ends.min() ?? 0)
    }

    private func endPosition(_ tokens: [Int]) throws -> Int {
        // Configurations written before transformers 4.31 say 2 here and mean the largest token.
        let end = config.endOfTextToken == 2 ? tokens.max() : config.endOfTextToken
        guard let end, let position = tokens.firstIndex(of: end) else {
            throw CLIPError(
                "A text does not contain the end-of-text token \(config.endOfTextToken) that the checkpoint's "
                    + "config.json names (eos_token_id); its tokenizer and configuration do not belong together.")
        }
        return position
    }

    private func check(_ tokens: [Int]) throws {
        guard tokens.count <= config.contextLength else {
            throw CLIPError(
                "A text has \(tokens.count) tokens; the model takes at most \(config.contextLength).")
        }
        if let token = tokens.first(where: { !(0..<config.vocabularySize).contains($0) }) {
            throw CLIPError(
                "Token \(token) lies outside the model's vocabulary of \(config.vocabularySize); "
                    + "the tokenizer does not belong to the checkpoint.")
        }
    }

    private func check(_ prompts: DeepPrompts?, _ texts: TextBatch) throws {
        guard let prompts else { return }
        try prompts.check(width: config.transformer.width, layers: blocks.count, encoder: "text")
        guard prompts.context < texts.shortest else {
            throw CLIPError(
                "\(prompts.context) context tokens need texts of at least that many tokens before their end; "
                    + "one has \(max(0, texts.shortest - 1)).")
        }
    }
}

/// Tokenized texts on the encoder's device, ready to be encoded any number of times.
public struct TextBatch: Sendable {
    /// `[texts, length]`, padded behind each end.
    let tokens: Tensor
    /// 0, 1, … texts − 1.
    let rows: Tensor
    /// Where each text's end token stands, `[texts]`.
    let ends: Tensor
    /// Tokens of the longest text.
    public let length: Int
    /// Position of the end token of the shortest text.
    let shortest: Int
}
