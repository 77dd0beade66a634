/// Which tokenizer a checkpoint's texts are for.
enum CheckpointTexts {
    /// CLIP's own, as the file of it prepares texts.
    case clip
    /// The one that lies there: `transformers` asks for none by name.
    case any
    /// open_clip's `HFTokenizer` with the tokenizer of this name.
    case huggingFace(name: String, stripsEnd: Bool)

    /// - Parameter name: the file's.
    init(_ text: OpenCLIPConfigFile.Text?, name: String) throws {
        guard let tokenizer = text?.hf_tokenizer_name, !tokenizer.isEmpty else {
            self = .clip
            return
        }
        guard Self.isCLIPs(tokenizer) || Self.isBERTs(tokenizer) else {
            throw CLIPError(
                "\(name): the model's texts are for the tokenizer \(tokenizer) (model_cfg.text_cfg.hf_tokenizer_name); only CLIP's own and "
                    + "BERT's WordPiece are supported.")
        }
        self = .huggingFace(name: tokenizer, stripsEnd: text?.tokenizer_kwargs?.strip_sep_token ?? false)
    }

    private static func isCLIPs(_ tokenizer: String) -> Bool { tokenizer.lowercased().contains("clip") }

    /// Not RoBERTa's and XLM-RoBERTa's, which are of other kinds.
    private static func isBERTs(_ tokenizer: String) -> Bool {
        tokenizer.lowercased().split(separator: "/").last?.hasPrefix("bert-") == true
    }

    /// Reads the tokenizer, and throws a sentence where it is of another kind than the texts are for.
    func tokenizer(_ source: TokenizerSource) throws -> any Tokenizer {
        let tokenizer = try source.tokenizer()
        let isBERTs = tokenizer is WordPieceTokenizer
        switch self {
        case .any: return tokenizer
        case .clip:
            guard isBERTs else { return tokenizer }
            throw CLIPError(
                "\(source.path) is BERT's tokenizer, and the model's texts are for CLIP's own: name it with --tokenizer.")
        case .huggingFace(let name, let stripsEnd):
            guard isBERTs == Self.isBERTs(name) else {
                throw CLIPError(
                    "\(source.path) is \(isBERTs ? "BERT's" : "CLIP's") tokenizer, and the model's texts are for \(name): name it with "
                        + "--tokenizer.")
            }
            return OpenCLIPTokenizer(tokenizer, stripsEnd: stripsEnd)
        }
    }
}
