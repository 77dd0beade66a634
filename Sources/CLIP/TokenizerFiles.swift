import FoundationEssentials

extension TokenizerSource {
    /// Reads the tokenizer.
    ///
    /// Special tokens are the ones `special_tokens_map.json` or `tokenizer_config.json` name, or else CLIP's or BERT's. Text is prepared as the
    /// library does whose file it is.
    func tokenizer() throws -> any Tokenizer {
        switch self {
        case .vocabularyAndMerges(let vocabulary, let merges):
            return try CLIPTokenizer(
                vocabulary: decodeJSON([String: Int].self, from: vocabulary),
                merges: CLIPTokenizer.merges(in: merges),
                specialTokens: SpecialTokens(directory: vocabulary.deletingLastPathComponent()),
                name: vocabulary.path)
        case .tokenizer(let url):
            let file = try decodeJSON(TokenizerFile.self, from: url)
            switch file.model.type ?? "BPE" {
            case "BPE": return try CLIPTokenizer(file, url)
            case "WordPiece": return try WordPieceTokenizer(file, url)
            case let other:
                throw CLIPError(
                    "\(url.path) is a tokenizer of the kind \(other); only CLIP's own byte pairs and BERT's WordPiece are supported."
                )
            }
        case .wordPieces(let url): return try WordPieceTokenizer(vocabulary: url)
        case .openAI(let url): return try CLIPTokenizer(openAI: url)
        }
    }
}

/// Reads a tokenizer: a folder with `vocab.json` and `merges.txt`, a `tokenizer.json`, BERT's `vocab.txt`, or OpenAI's
/// `bpe_simple_vocab_16e6.txt.gz`.
public func readTokenizer(at url: URL) throws -> any Tokenizer {
    try TokenizerSource(at: url).tokenizer()
}

extension CLIPTokenizer {
    fileprivate init(_ file: TokenizerFile, _ url: URL) throws {
        let added = file.added_tokens?.map { ($0.content, $0.id) } ?? []
        guard let merges = file.model.merges else { throw CLIPError("\(url.path): \"model.merges\" is missing.") }
        try self.init(
            vocabulary: file.model.vocab.merging(added, uniquingKeysWith: { _, added in added }),
            merges: merges.map { ($0.left, $0.right) },
            specialTokens: SpecialTokens(directory: url.deletingLastPathComponent()),
            name: url.path)
    }

    /// The vocabulary that OpenAI's merges make: the bytes, the bytes that end words, what each merge joins,
    /// and the special tokens.
    fileprivate init(openAI url: URL) throws {
        let lines = try GzipFile.text(of: url).split(separator: "\n", omittingEmptySubsequences: false)
        // The file has more merges than CLIP was trained with; its first line is a title.
        let merges = try lines.dropFirst().prefix(49152 - 256 - 2).enumerated().compactMap { index, line in
            try Self.merge(String(line), line: index + 2, in: url)
        }
        guard !merges.isEmpty else {
            throw CLIPError("\(url.path) has no merges; it is not a vocabulary of CLIP's.")
        }
        let bytes = BytePairEncoding.bytesByUse.map { String(BytePairEncoding.byteSpelling[$0]) }
        let special = SpecialTokens.openCLIP
        let spellings =
            bytes + bytes.map { $0 + BytePairEncoding.endOfWord } + merges.map { $0.left + $0.right }
            + [special.beginOfText, special.endOfText]
        try self.init(
            vocabulary: Dictionary(zip(spellings, 0...), uniquingKeysWith: { $1 }), merges: merges,
            specialTokens: special, preparation: .openCLIP, name: url.path)
    }

    /// The pairs of `merges.txt`, one a line behind an optional `#version` line.
    fileprivate static func merges(in url: URL) throws -> [(left: String, right: String)] {
        let text = try vocabularyText(of: url)
        var merges: [(left: String, right: String)] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            if index == 0 && line.hasPrefix("#version") { continue }
            if let merge = try merge(String(line), line: index + 1, in: url) { merges.append(merge) }
        }
        return merges
    }

    /// The pair of one line; nil for an empty one.
    private static func merge(_ text: String, line: Int, in url: URL) throws -> (left: String, right: String)? {
        if text.isEmpty { return nil }
        let pair = text.split(separator: " ", omittingEmptySubsequences: false)
        guard pair.count == 2 else {
            throw CLIPError("\(url.path), line \(line): two tokens are needed, found \"\(text)\".")
        }
        return (String(pair[0]), String(pair[1]))
    }
}

extension WordPieceTokenizer {
    /// `vocab.txt`: a spelling a line, the line's number its token.
    fileprivate init(vocabulary url: URL) throws {
        var lines = try vocabularyText(of: url).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) }
        if lines.last == [] { lines.removeLast() }
        let directory = url.deletingLastPathComponent()
        try self.init(
            vocabulary: lines, specialTokens: BertSpecialTokens(directory: directory),
            text: BertText(directory: directory) ?? BertText(), name: url.path)
    }

    fileprivate init(_ file: TokenizerFile, _ url: URL) throws {
        let model = file.model
        let directory = url.deletingLastPathComponent()
        let specialTokens = try BertSpecialTokens(directory: directory)
        for (key, said, supported) in [
            ("model.continuing_subword_prefix", model.continuing_subword_prefix, "##"),
            ("model.max_input_chars_per_word", model.max_input_chars_per_word.map(String.init), "100"),
            ("normalizer.type", file.normalizer?.type, "BertNormalizer"),
            ("pre_tokenizer.type", file.pre_tokenizer?.type, "BertPreTokenizer"),
            (
                "added_tokens", file.added_tokens?.map(\.content).first { !specialTokens.all.contains($0) },
                "the five special ones"
            ),
        ] {
            if let said, said != supported {
                throw CLIPError("\(url.path): \(key) has \(said), which is not supported; BERT's has \(supported).")
            }
        }
        // Spellings that are the same composed may have become one here; vocab.txt keeps them apart.
        let spellings = model.vocab.sorted { $0.value < $1.value }
        guard spellings.map(\.value) == Array(0..<spellings.count) else {
            throw CLIPError("\(url.path) does not number its tokens one by one: give the vocab.txt of the same tokenizer.")
        }
        try self.init(
            vocabulary: spellings.map { Array($0.key.utf8) }, specialTokens: specialTokens,
            text: BertText(directory: directory) ?? BertText(file.normalizer), name: url.path)
    }
}

/// A list of tokens or pairs of them.
private func vocabularyText(of url: URL) throws -> String {
    let text: String
    do {
        text = try String(contentsOf: url, encoding: .utf8)
    } catch {
        throw CLIPError("\(url.path) cannot be read as UTF-8 text: \(reason(error)).")
    }
    try refusePointer(text.utf8.prefix(64), url)
    return text
}

extension BertSpecialTokens {
    init(directory: URL) throws {
        self.init()
        for url in SpecialTokens.files(in: directory).reversed() {
            let file = try decodeJSON(SpecialTokensFile.self, from: url)
            begin = file.cls_token?.content ?? begin
            end = file.sep_token?.content ?? end
            padding = file.pad_token?.content ?? padding
            unknown = file.unk_token?.content ?? unknown
            mask = file.mask_token?.content ?? mask
        }
    }
}

extension BertText {
    /// What `tokenizer_config.json` says; nil without that file.
    init?(directory: URL) throws {
        let url = directory.appendingPathComponent("tokenizer_config.json")
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let file = try decodeJSON(SpecialTokensFile.self, from: url)
        self.init(
            lowercases: file.do_lower_case, stripsAccents: file.strip_accents, splitsIdeographs: file.tokenize_chinese_chars)
    }

    fileprivate init(_ file: TokenizerFile.Part?) {
        self.init(
            lowercases: file?.lowercase, stripsAccents: file?.strip_accents, splitsIdeographs: file?.handle_chinese_chars)
    }
}

extension SpecialTokens {
    init(directory: URL) throws {
        self.init()
        for url in Self.files(in: directory).reversed() {
            let file = try decodeJSON(SpecialTokensFile.self, from: url)
            beginOfText = file.bos_token?.content ?? beginOfText
            endOfText = file.eos_token?.content ?? endOfText
            unknown = file.unk_token?.content ?? unknown
        }
    }

    /// The files that may name special tokens, the one that prevails first.
    static func files(in directory: URL) -> [URL] {
        ["special_tokens_map.json", "tokenizer_config.json"]
            .map { directory.appendingPathComponent($0) }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }
}

/// `special_tokens_map.json`, and what is read of `tokenizer_config.json`.
private struct SpecialTokensFile: Decodable {
    var bos_token: Spelling?
    var eos_token: Spelling?
    var unk_token: Spelling?
    var cls_token: Spelling?
    var sep_token: Spelling?
    var pad_token: Spelling?
    var mask_token: Spelling?
    var do_lower_case: Bool?
    var strip_accents: Bool?
    var tokenize_chinese_chars: Bool?

    /// A token is written as its spelling alone or as an object that has it under `content`.
    struct Spelling: Decodable {
        var content: String

        private enum Key: String, CodingKey { case content }

        init(from decoder: any Decoder) throws {
            if let spelling = try? decoder.singleValueContainer().decode(String.self) {
                content = spelling
            } else {
                content = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .content)
            }
        }
    }
}

/// `tokenizer.json`, as the `tokenizers` library writes it, as far as byte pairs and WordPiece need it.
private struct TokenizerFile: Decodable {
    var model: Model
    var added_tokens: [AddedToken]?
    var normalizer: Part?
    var pre_tokenizer: Part?

    struct Model: Decodable {
        var type: String?
        var vocab: [String: Int]
        var merges: [Merge]?
        var continuing_subword_prefix: String?
        var max_input_chars_per_word: Int?

        private enum Key: String, CodingKey { case type, vocab, merges, continuing_subword_prefix, max_input_chars_per_word }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            type = try container.decodeIfPresent(String.self, forKey: .type)
            // Other kinds have other vocabularies.
            vocab =
                ["BPE", "WordPiece", nil].contains(type) ? try container.decode([String: Int].self, forKey: .vocab) : [:]
            merges = try container.decodeIfPresent([Merge].self, forKey: .merges)
            continuing_subword_prefix = try container.decodeIfPresent(String.self, forKey: .continuing_subword_prefix)
            max_input_chars_per_word = try container.decodeIfPresent(Int.self, forKey: .max_input_chars_per_word)
        }
    }

    struct Part: Decodable {
        var type: String?
        var lowercase: Bool?
        var strip_accents: Bool?
        var handle_chinese_chars: Bool?
    }

    struct AddedToken: Decodable {
        var id: Int
        var content: String
    }

    /// A pair is written as one string with a space or, since `tokenizers` 0.20, as a list of two.
    struct Merge: Decodable {
        var left: String
        var right: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let pair = (try? container.decode(String.self))?.split(separator: " ").map(String.init)
            let parts = try pair ?? container.decode([String].self)
            guard parts.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a merge needs two tokens, found \(parts.count).")
            }
            (left, right) = (parts[0], parts[1])
        }
    }
}
