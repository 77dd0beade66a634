import Essentials
import FoundationEssentials

/// The keys of a section of a configuration. A key that is not among them is refused by name: it may change what the model
/// computes, and nothing would show it.
struct KnownKeys {
    /// Keys that are read, or that change nothing when a trained model is used.
    let free: Set<String>
    /// Keys that must have one of these values, as JSON; without a value they have the first.
    let fixed: [String: [String]]

    /// - Parameters:
    ///   - section: what leads to it: "model_cfg.vision_cfg".
    ///   - name: the file's.
    func check(_ section: JSONValue?, at place: String, in name: String) throws {
        guard let object = section?.asObject else { return }
        func spoken(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }
        for (key, value) in object.sorted(by: { $0.key < $1.key }) where !free.contains(key) && !key.hasPrefix("_") {
            guard value != .null else { continue }
            guard let allowed = fixed[key] else {
                throw CLIPError(
                    "\(name): \(spoken(key)) is not known here; it may change what the model computes. If it does not, take it out."
                )
            }
            let found = value.text
            guard allowed.contains(found) else {
                throw CLIPError(
                    "\(name): \(spoken(key)) is \(found.count > 80 ? found.prefix(79) + "…" : found), which is not supported; "
                        + "it must be \(allowed.joined(separator: " or ")).")
            }
        }
    }

    /// The JSON object in `data`; nil where it is none, which reading it properly says.
    static func object(_ data: Data) -> [String: JSONValue]? {
        try? JSONValue(parsing: data).asObject
    }
}

/// `open_clip_config.json`, by open_clip 3.3.0, `CLIPVisionCfg`, `CLIPTextCfg`, `CLIP.__init__` and `PreprocessCfg`.
extension KnownKeys {
    static func checkOpenCLIP(_ data: Data, name: String) throws {
        guard let file = object(data) else { return }
        try openCLIP.check(.object(file), at: "", in: name)
        let model = file["model_cfg"]
        try openCLIPModel.check(model, at: "model_cfg", in: name)
        try openCLIPVision.check(model?.asObject?["vision_cfg"], at: "model_cfg.vision_cfg", in: name)
        try openCLIPText.check(model?.asObject?["text_cfg"], at: "model_cfg.text_cfg", in: name)
        try openCLIPPixels.check(file["preprocess_cfg"], at: "preprocess_cfg", in: name)
    }

    private static let openCLIP = KnownKeys(free: ["model_cfg", "preprocess_cfg"], fixed: [:])

    private static let openCLIPModel = KnownKeys(
        free: [
            "embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "init_logit_scale", "nonscalar_logit_scale", "custom_text",
            "output_dict",
            "cast_dtype",
        ],
        fixed: ["init_logit_bias": ["null"], "multimodal_cfg": ["null"]])

    /// Of blocks that compute otherwise.
    private static let plainBlock = [
        "block_type": ["\"default\"", "null"], "qk_norm": ["false"], "scaled_cosine_attn": ["false"],
        "scale_heads": ["false"],
        "scale_attn_inner": ["false"], "scale_attn": ["false"], "scale_fc": ["false"], "act_kwargs": ["null", "{}"],
    ]

    private static let openCLIPVision = KnownKeys(
        free: [
            "layers", "width", "head_width", "mlp_ratio", "patch_size", "image_size", "ls_init_value", "patch_dropout",
            "no_ln_pre",
            "pool_type", "final_ln_after_pool", "output_tokens", "norm_kwargs", "attn_pooler_queries", "attn_pooler_heads",
            "pos_embed_type", "timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop",
            "timm_drop_path",
        ],
        fixed: plainBlock.merging(
            [
                "timm_model_name": ["null"], "attentional_pool": ["false", "null"], "input_patchnorm": ["false"],
                "global_average_pool": ["false"],
            ]) { $1 })

    private static let openCLIPText = KnownKeys(
        free: [
            "context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio", "ls_init_value", "pad_id", "eos_id",
            "no_causal_mask",
            "final_ln_after_pool", "pool_type", "output_tokens", "norm_kwargs", "hf_pooler_type",
            "hf_model_pretrained", "hf_proj_type", "hf_tokenizer_name", "tokenizer_kwargs",
        ],
        fixed: plainBlock.merging(
            [
                "embed_cls": ["false"], "proj_bias": ["false"], "proj_type": ["\"linear\""], "hf_model_name": ["null"],
                "use_pad_mask": ["false"], "correct_cls_mask": ["false"], "tokenizer_mode": ["null", "\"\""],
            ]) { $1 })

    /// What open_clip's tokenizers are made with. `HFTokenizer` and `SimpleTokenizer` clean texts in ways of their own.
    static func checkTokenizer(_ section: JSONValue?, isHuggingFaces: Bool, name: String) throws {
        let free: Set = isHuggingFaces ? ["strip_sep_token"] : []
        try KnownKeys(free: free, fixed: ["clean": [isHuggingFaces ? "\"whitespace\"" : "\"lower\""]])
            .check(section, at: "model_cfg.text_cfg.tokenizer_kwargs", in: name)
    }

    private static let openCLIPPixels = KnownKeys(
        free: ["size", "mean", "std", "interpolation", "resize_mode", "fill_color"], fixed: ["mode": ["\"RGB\""]])
}

/// `config.json` of Hugging Face's CLIPs, by transformers 5.24.0, `CLIPConfig`, `CLIPTextConfig`, `CLIPVisionConfig` and what every
/// configuration may have.
extension KnownKeys {
    static func checkHuggingFace(_ data: Data, name: String) throws {
        guard let file = object(data) else { return }
        // Another model's configuration is refused as what it is.
        guard (file["model_type"]?.asString ?? "clip") == "clip" else { return }
        try huggingFace.check(.object(file), at: "", in: name)
        for section in ["text_config", "text_config_dict"] {
            try huggingFaceText.check(file[section], at: section, in: name)
        }
        for section in ["vision_config", "vision_config_dict"] {
            try huggingFaceVision.check(file[section], at: section, in: name)
        }
    }

    private static let huggingFace = KnownKeys(
        free: common.union(tower).union([
            "text_config", "vision_config", "text_config_dict", "vision_config_dict", "projection_dim",
            "logit_scale_init_value",
        ]), fixed: commonFixed)

    private static let tower: Set = [
        "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "layer_norm_eps",
        "projection_dim",
        "attention_dropout", "dropout", "initializer_factor", "initializer_range",
    ]
    private static let huggingFaceText = KnownKeys(
        free: common.union(tower).union(["vocab_size", "max_position_embeddings"]), fixed: commonFixed)
    private static let huggingFaceVision = KnownKeys(
        free: common.union(tower).union(["image_size", "patch_size", "num_channels"]), fixed: commonFixed)

    /// What a configuration has besides the model's own: names, what generation takes, what training takes.
    private static let common: Set = [
        "architectures", "model_type", "transformers_version", "torch_dtype", "dtype", "finetuning_task", "id2label",
        "label2id",
        "num_labels", "problem_type", "tokenizer_class", "prefix", "bos_token_id", "eos_token_id", "pad_token_id",
        "sep_token_id",
        "decoder_start_token_id", "task_specific_params", "return_dict", "return_dict_in_generate", "output_hidden_states",
        "output_attentions", "output_scores", "torchscript", "use_bfloat16", "tf_legacy_loss", "use_cache",
        "is_encoder_decoder",
        "tie_encoder_decoder", "tie_word_embeddings", "cross_attention_hidden_size", "max_length", "min_length",
        "do_sample",
        "early_stopping", "num_beams", "num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p", "typical_p",
        "repetition_penalty", "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
        "num_return_sequences", "chunk_size_feed_forward", "forced_bos_token_id", "forced_eos_token_id",
        "remove_invalid_values",
        "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens", "name_or_path", "license",
        "language",
        "use_return_dict", "attn_implementation", "classifier_dropout", "gradient_checkpointing",
    ]
    private static let commonFixed = [
        "pruned_heads": ["{}"], "add_cross_attention": ["false"], "is_decoder": ["false"],
    ]
}
