import FoundationEssentials
import Tensors

/// Weights in the naming of openai/CLIP and open_clip, seen under the names Hugging Face gives them.
///
/// The two differ in more than names: query, key and value are one matrix here, and the projections are
/// stored the other way round.
struct OpenAIWeights: TensorFile {
    private enum Part {
        case whole, transposed
        /// One of three equal parts of the rows.
        case third(Int)
    }

    let file: any TensorFile
    private let sources: [String: (name: String, part: Part)]

    init(_ file: any TensorFile) {
        self.file = file
        var sources: [String: (name: String, part: Part)] = [:]
        for name in file.names {
            for (translated, part) in Self.translations(of: Self.withoutWrappers(name)) {
                sources[translated] = (name, part)
            }
        }
        self.sources = sources
    }

    var url: URL { file.url }

    var names: [String] { sources.keys.sorted() }

    /// The names in the file that stand for no weight of a CLIP, and are none of the buffers and sizes that its writers leave
    /// beside them.
    var unknownNames: [String] {
        let known = Set(sources.values.map(\.name))
        let buffers: Set = ["attn_mask", "input_resolution", "context_length", "vocab_size"]
        return file.names.filter { !known.contains($0) && !buffers.contains(Self.withoutWrappers($0)) }
    }

    func shape(_ name: String) -> [Int]? {
        guard let source = sources[name], let shape = file.shape(source.name) else { return nil }
        switch source.part {
        case .whole: return shape
        case .transposed: return shape.reversed()
        case .third:
            guard let rows = shape.first, rows % 3 == 0 else { return shape }
            return [rows / 3] + shape.dropFirst()
        }
    }

    func tensor(_ name: String) throws -> Tensor {
        guard let source = sources[name] else {
            throw CLIPError("\(url.path) has no tensor for \(name).")
        }
        let tensor = try file.tensor(source.name)
        switch source.part {
        case .whole: return tensor
        case .transposed: return try tensor.transposed(0, 1).contiguous()
        case .third(let index):
            let rows = tensor.shape.first.map { $0 / 3 } ?? 0
            return try tensor.narrow(dim: 0, start: index * rows, length: rows)
        }
    }

    // MARK: - Names

    /// The name without what wrapping a model for training puts before it, and without the `text.` that
    /// open_clip's models with a text tower of their own have.
    static func withoutWrappers(_ name: String) -> String {
        var rest = Substring(name)
        for prefix in ["module.", "_orig_mod.", "text."] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        return String(rest)
    }

    private static func translations(of name: String) -> [(String, Part)] {
        if let part = towerParts[name] { return [part] }
        for (tower, translated) in [
            ("visual.transformer.resblocks.", "vision_model.encoder.layers."),
            ("transformer.resblocks.", "text_model.encoder.layers."),
        ] where name.hasPrefix(tower) {
            let pieces = name.dropFirst(tower.count).split(separator: ".", maxSplits: 1)
            guard pieces.count == 2 else { return [] }
            let block = "\(translated)\(pieces[0])"
            switch String(pieces[1]) {
            case "attn.in_proj_weight": return thirds(of: block, "weight")
            case "attn.in_proj_bias": return thirds(of: block, "bias")
            case let part: return blockParts[part].map { [("\(block).\($0)", .whole)] } ?? []
            }
        }
        return []
    }

    private static func thirds(of block: String, _ kind: String) -> [(String, Part)] {
        ["q", "k", "v"].enumerated().map { ("\(block).self_attn.\($1)_proj.\(kind)", .third($0)) }
    }

    private static let towerParts: [String: (String, Part)] = [
        "visual.class_embedding": ("vision_model.embeddings.class_embedding", .whole),
        "visual.conv1.weight": ("vision_model.embeddings.patch_embedding.weight", .whole),
        "visual.positional_embedding": ("vision_model.embeddings.position_embedding.weight", .whole),
        "visual.ln_pre.weight": ("vision_model.pre_layrnorm.weight", .whole),
        "visual.ln_pre.bias": ("vision_model.pre_layrnorm.bias", .whole),
        "visual.ln_post.weight": ("vision_model.post_layernorm.weight", .whole),
        "visual.ln_post.bias": ("vision_model.post_layernorm.bias", .whole),
        "visual.proj": ("visual_projection.weight", .transposed),
        "token_embedding.weight": ("text_model.embeddings.token_embedding.weight", .whole),
        "positional_embedding": ("text_model.embeddings.position_embedding.weight", .whole),
        "ln_final.weight": ("text_model.final_layer_norm.weight", .whole),
        "ln_final.bias": ("text_model.final_layer_norm.bias", .whole),
        "text_projection": ("text_projection.weight", .transposed),
        "logit_scale": ("logit_scale", .whole),
    ]

    private static let blockParts: [String: String] = {
        var parts: [String: String] = [:]
        for kind in ["weight", "bias"] {
            parts["ln_1.\(kind)"] = "layer_norm1.\(kind)"
            parts["attn.out_proj.\(kind)"] = "self_attn.out_proj.\(kind)"
            parts["ln_2.\(kind)"] = "layer_norm2.\(kind)"
            parts["mlp.c_fc.\(kind)"] = "mlp.fc1.\(kind)"
            parts["mlp.c_proj.\(kind)"] = "mlp.fc2.\(kind)"
        }
        for (number, part) in LayerScale.parts.enumerated() { parts["ls_\(number + 1).gamma"] = part.scale }
        return parts
    }()
}
