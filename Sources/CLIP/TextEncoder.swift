import Tensors

/// CLIP's text transformer: tokens to features.
///
/// Follows `CLIPTextModel` of `transformers` (`encode_text` of openai/CLIP), with three differences in cost and
/// none in result. Attention is causal and the feature is read at the end-of-text token, so
/// - the tokens behind the longest text's end are left out instead of padding every text to 77;
/// - the tokens that all texts begin with ("a photo of a", or a learned context) see nothing that differs, and are
///   computed once instead of once per text;
/// - the last block computes the end-of-text tokens alone.
///
/// Models whose tokens see those behind them, or whose feature is read at the end of the context (CLIPA), get none of this:
/// there the padding counts.
public struct CLIPTextEncoder: Sendable {
    /// `[vocabulary, width]`; on the CPU where it is not trained, since all the rows that a GPU needs of it are a text batch's.
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
        let table = try weights("text_model.embeddings.token_embedding.weight")
        tokenEmbedding = try weights.areFrozen ? table.to(.cpu) : table
        positionEmbedding = try weights("text_model.embeddings.position_embedding.weight")
        blocks = try (0..<transformer.layers).map {
            try TransformerBlock(
                weights, "text_model.encoder.layers.\($0)", transformer,
                isLast: config.readsNoPadding && $0 == transformer.layers - 1)
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
        guard config.readsNoPadding else { return try forwardPadded(texts, prompts: prompts) }
        let shared = max(texts.shared, prompts.map { 1 + $0.context } ?? 0)
        let own = texts.length - shared
        EncoderWork.addTextPositions(shared + texts.ends.count * own)
        let embedded = try texts.embedded ?? tokenEmbedding.embedding(texts.tokens)
        var prefix = try embedded.narrow(dim: 0, start: 0, length: 1).narrow(dim: 1, start: 0, length: shared)
        if let prompts { prefix = try prefix.replacingTokens(from: 1, with: prompts.shallow) }
        prefix = try prefix + positionEmbedding.narrow(dim: 0, start: 0, length: shared)
        var x =
            try embedded.narrow(dim: 1, start: shared, length: own)
            + positionEmbedding.narrow(dim: 0, start: shared, length: own)

        let masks = try texts.visibility.masks(shared: shared)
        for (index, block) in blocks.dropLast().enumerated() {
            if let deep = prompts?.replacement(before: index) {
                prefix = try prefix.replacingTokens(from: 1, with: deep)
            }
            x = try block(x, context: prefix.squeezed(0), visibility: masks.own)
            prefix = try block(prefix, visibility: .causal)
        }
        if let deep = prompts?.replacement(before: blocks.count - 1) {
            prefix = try prefix.replacingTokens(from: 1, with: deep)
        }
        let endTokens = try x.at(rows: masks.endRows, columns: masks.endColumns)
        let last =
            try blocks.last.map {
                try $0(
                    only: endTokens, in: x, context: prefix.squeezed(0), visibility: masks.ends)
            } ?? endTokens
        return try finalNorm(last).linear(weight: projection)
    }

    /// The same where padding counts: all texts over the whole context.
    private func forwardPadded(_ texts: TextBatch, prompts: DeepPrompts?) throws -> Tensor {
        EncoderWork.addTextPositions(texts.ends.count * texts.length)
        var x = try texts.embedded ?? tokenEmbedding.embedding(texts.tokens)
        if let prompts { x = try x.replacingTokens(from: 1, with: prompts.shallow) }
        x = try x + positionEmbedding.narrow(dim: 0, start: 0, length: texts.length)
        for (index, block) in blocks.enumerated() {
            if let deep = prompts?.replacement(before: index) { x = try x.replacingTokens(from: 1, with: deep) }
            x = try block(x, visibility: config.isCausal ? .causal : .all)
        }
        let masks = try texts.visibility.masks(shared: 0)
        let read = try x.at(rows: masks.endRows, columns: masks.endColumns)
        return try finalNorm(read).linear(weight: projection)
    }

    /// The embeddings of `tokens` before any position is added, `[tokens, width]` in float32: where a learned
    /// context starts from.
    public func embeddings(of tokens: [Int]) throws -> Tensor {
        try check(tokens)
        return try tokenEmbedding.embedding(Tensor(indices: tokens).to(tokenEmbedding.device)).to(.float32)
            .detached().to(device)
    }

    private var device: Device { positionEmbedding.device }

    /// Lays tokenized texts out for `forward`.
    ///
    /// - Parameter texts: each with its begin and its end token, as `CLIPTokenizer.tokens(_:contextLength:)`
    ///   makes them.
    public func batch(_ texts: [[Int]]) throws -> TextBatch {
        guard let longest = texts.map(\.count).max(), longest > 0 else {
            throw CLIPError("There is no text to encode.")
        }
        for tokens in texts { try check(tokens) }
        let ends = try texts.map(position)
        let length = config.readsNoPadding ? longest : config.contextLength
        // What stands behind an end token is mostly never looked at, and the end token itself is a safe filling.
        let padded = texts.flatMap { tokens in
            let filling = config.readsNoPadding ? tokens.last ?? 0 : config.padding
            return tokens + [Int](repeating: filling, count: length - tokens.count)
        }
        let tokens = try Tensor(indices: padded).reshaped([texts.count, length]).to(tokenEmbedding.device)
        let shortest = config.readsNoPadding ? ends.min() ?? 0 : (texts.map(\.count).min() ?? 1) - 1
        // An end token is each text's own, whatever all of them share before it.
        let shared = (0..<shortest).first { position in texts.contains { $0[position] != texts[0][position] } }
        return try TextBatch(
            tokens: tokens, embedded: tokenEmbedding.device == device ? nil : tokenEmbedding.embedding(tokens).to(device),
            ends: ends,
            length: length, shortest: shortest, shared: config.readsNoPadding ? shared ?? shortest : 0,
            visibility: TextVisibility(ends: ends, length: length, dtype: tokenEmbedding.dtype, device: device))
    }

    /// Where the feature of a text is read.
    private func position(_ tokens: [Int]) throws -> Int {
        switch config.pooling {
        case .first: return 0
        case .last: return config.contextLength - 1
        case .endOfText: break
        }
        guard let end = config.endOfTextToken ?? tokens.max(), let position = tokens.firstIndex(of: end) else {
            throw CLIPError(
                "A text does not contain the end-of-text token \(config.endOfTextToken ?? 0) that the checkpoint's "
                    + "configuration names (eos_token_id, eos_id); its tokenizer and configuration do not belong together.")
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

/// Tokenized texts, ready to be encoded any number of times.
public struct TextBatch: Sendable {
    /// `[texts, length]`, padded behind each end; where the table of embeddings is.
    let tokens: Tensor
    /// The tokens' embeddings, `[texts, length, width]`, where the table is on another device.
    let embedded: Tensor?
    /// Where each text's end token stands.
    let ends: [Int]
    /// Tokens of the longest text.
    public let length: Int
    /// Position of the end token of the shortest text.
    let shortest: Int
    /// Number of tokens that all texts begin with, at most `shortest`.
    public let shared: Int
    /// Which tokens see which.
    let visibility: TextVisibility
}
