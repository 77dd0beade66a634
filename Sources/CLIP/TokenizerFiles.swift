import Foundation

extension CLIPTokenizer {
    /// Reads the tokenizer of a Hugging Face checkpoint: `vocab.json` and `merges.txt`, or else
    /// `tokenizer.json`.
    ///
    /// Special tokens are the ones `special_tokens_map.json` or `tokenizer_config.json` name, or else CLIP's.
    public init(directory: URL) throws {
        switch try Self.source(in: directory) {
        case .vocabularyAndMerges(let vocabulary, let merges):
            try self.init(
                vocabulary: decodeJSON([String: Int].self, from: vocabulary),
                merges: Self.merges(in: merges),
                specialTokens: SpecialTokens(directory: directory),
                name: vocabulary.path)
        case .tokenizer(let url):
            let file = try decodeJSON(TokenizerFile.self, from: url)
            let added = file.added_tokens?.map { ($0.content, $0.id) } ?? []
            try self.init(
                vocabulary: file.model.vocab.merging(added, uniquingKeysWith: { _, added in added }),
                merges: file.model.merges.map { ($0.left, $0.right) },
                specialTokens: SpecialTokens(directory: directory),
                name: url.path)
        }
    }

    /// The files of `directory` that its tokenizer is read from.
    static func files(in directory: URL) throws -> [URL] {
        switch try source(in: directory) {
        case .vocabularyAndMerges(let vocabulary, let merges):
            [vocabulary, merges] + SpecialTokens.files(in: directory)
        case .tokenizer(let url):
            [url] + SpecialTokens.files(in: directory)
        }
    }

    private enum Source {
        case vocabularyAndMerges(URL, URL)
        case tokenizer(URL)
    }

    private static func source(in directory: URL) throws -> Source {
        func present(_ name: String) -> URL? {
            let url = directory.appendingPathComponent(name)
            return FileManager.default.fileExists(atPath: url.path) ? url : nil
        }
        if let vocabulary = present("vocab.json"), let merges = present("merges.txt") {
            return .vocabularyAndMerges(vocabulary, merges)
        }
        if let tokenizer = present("tokenizer.json") {
            return .tokenizer(tokenizer)
        }
        throw CLIPError(
            "\(directory.path) has no tokenizer: vocab.json and merges.txt, or tokenizer.json, are needed.")
    }

    /// The pairs of `merges.txt`, one a line behind an optional `#version` line.
    private static func merges(in url: URL) throws -> [(left: String, right: String)] {
        let text: String
        do {
            text = try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw CLIPError("\(url.path) cannot be read as UTF-8 text: \(reason(error)).")
        }
        var merges: [(left: String, right: String)] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            if line.isEmpty || index == 0 && line.hasPrefix("#version") { continue }
            let pair = line.split(separator: " ", omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw CLIPError("\(url.path), line \(index + 1): two tokens are needed, found \"\(line)\".")
            }
            merges.append((String(pair[0]), String(pair[1])))
        }
        return merges
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
