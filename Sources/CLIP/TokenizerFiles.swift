import Foundation

extension CLIPTokenizer {
    /// Reads a tokenizer: a folder with `vocab.json` and `merges.txt`, a `tokenizer.json`, or OpenAI's
    /// `bpe_simple_vocab_16e6.txt.gz`.
    ///
    /// Special tokens of the first two are the ones `special_tokens_map.json` or `tokenizer_config.json`
    /// name, or else CLIP's. Text is prepared as the library does whose file it is.
    public init(contentsOf url: URL) throws {
        try self.init(TokenizerSource(at: url))
    }

    init(_ source: TokenizerSource) throws {
        switch source {
        case .vocabularyAndMerges(let vocabulary, let merges):
            try self.init(
                vocabulary: decodeJSON([String: Int].self, from: vocabulary),
                merges: Self.merges(in: merges),
                specialTokens: SpecialTokens(directory: vocabulary.deletingLastPathComponent()),
                name: vocabulary.path)
        case .tokenizer(let url):
            let file = try decodeJSON(TokenizerFile.self, from: url)
            let added = file.added_tokens?.map { ($0.content, $0.id) } ?? []
            try self.init(
                vocabulary: file.model.vocab.merging(added, uniquingKeysWith: { _, added in added }),
                merges: file.model.merges.map { ($0.left, $0.right) },
                specialTokens: SpecialTokens(directory: url.deletingLastPathComponent()),
                name: url.path)
        case .openAI(let url):
            try self.init(openAI: url)
        }
    }

    /// The vocabulary that OpenAI's merges make: the bytes, the bytes that end words, what each merge joins,
    /// and the special tokens.
    private init(openAI url: URL) throws {
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
    private static func merges(in url: URL) throws -> [(left: String, right: String)] {
        let text: String
        do {
            text = try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw CLIPError("\(url.path) cannot be read as UTF-8 text: \(reason(error)).")
        }
        try refusePointer(text.utf8.prefix(64), url)
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

/// `special_tokens_map.json` and the part of `tokenizer_config.json` that says the same.
private struct SpecialTokensFile: Decodable {
    var bos_token: Spelling?
    var eos_token: Spelling?
    var unk_token: Spelling?

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

/// `tokenizer.json`, as the `tokenizers` library writes it, as far as byte-pair encoding needs it.
private struct TokenizerFile: Decodable {
    var model: Model
    var added_tokens: [AddedToken]?

    struct Model: Decodable {
        var vocab: [String: Int]
        var merges: [Merge]
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
