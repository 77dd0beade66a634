import CLIP
import Foundation
import TestSupport
import Testing

/// BERT's, which CLIPA's models read their texts with (Tests/Tools/make_variant_fixtures.py).
@Suite("BERT's tokenizer")
struct WordPieceTests {
    private struct Recorded: Decodable {
        var text: String
        var transformers: [Int]
        var openCLIP: [Int]
    }

    let source = Fixture.url("variants/bert")
    let folder = try! TemporaryFolder()

    private func recorded() throws -> [Recorded] {
        try JSONDecoder().decode([Recorded].self, from: Data(contentsOf: source.appendingPathComponent("expected.json")))
    }

    /// A folder with some of the files, changed.
    private func copy(_ names: [String], _ change: (String) -> String = { $0 }) throws -> URL {
        let copy = folder.url.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in names {
            let text = try String(contentsOf: source.appendingPathComponent(name), encoding: .utf8)
            try Data(change(text).utf8).write(to: copy.appendingPathComponent(name))
        }
        return copy
    }

    @Test(arguments: [["vocab.txt"], ["tokenizer.json"], ["tokenizer.json", "tokenizer_config.json", "vocab.txt"]])
    func agreesWithTransformersAndOpenCLIP(files: [String]) throws {
        let tokenizer = try readTokenizer(at: copy(files))
        let recorded = try recorded()
        #expect(recorded.count > 300)
        for item in recorded {
            #expect(tokenizer.tokens(item.text, contextLength: 40) == item.transformers, "\(item.text)")
            let tokens = OpenCLIPTokenizer(tokenizer, stripsEnd: true).tokens(item.text, contextLength: 40)
            #expect(tokens + [Int](repeating: 0, count: 40 - tokens.count) == item.openCLIP, "\(item.text)")
        }
    }

    @Test func aListIsReadByItsNameAndWithTheLineEndsOfWindows() throws {
        let windows = try copy(["vocab.txt"]) { $0.replacingOccurrences(of: "\n", with: "\r\n") }
        let tokenizer = try readTokenizer(at: windows.appendingPathComponent("vocab.txt"))
        let other = try readTokenizer(at: source)
        #expect(tokenizer.tokens("A photo of a banded [SEP]") == other.tokens("A photo of a banded [SEP]"))
        #expect(tokenizer.vocabularySize == other.vocabularySize)
    }

    @Test func casesAndAccentsStayWhereTheConfigurationSaysSo() throws {
        let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "É", "é", "e", "中", "中文"]
        let folder = try copy([])
        try Data((words.joined(separator: "\n") + "\n").utf8).write(to: folder.appendingPathComponent("vocab.txt"))
        func tokens(_ config: String) throws -> [Int] {
            try Data(config.utf8).write(to: folder.appendingPathComponent("tokenizer_config.json"))
            return try readTokenizer(at: folder).tokens("É 中文")
        }
        #expect(try tokens("{}") == [7, 8, 1])
        #expect(try tokens(#"{"do_lower_case": false}"#) == [5, 8, 1])
        #expect(try tokens(#"{"strip_accents": false}"#) == [6, 8, 1])
        #expect(try tokens(#"{"tokenize_chinese_chars": false, "cls_token": {"content": "e"}}"#) == [7, 9])
    }

    @Test func whatIsNotReadIsASentence() throws {
        func sentence(_ names: [String], _ change: @escaping (String) -> String) throws -> String {
            let error = #expect(throws: CLIPError.self) { try readTokenizer(at: copy(names, change)) }
            return try #require(error?.description)
        }
        func replacing(_ old: String, _ new: String) -> (String) -> String { { $0.replacingOccurrences(of: old, with: new) } }
        #expect(
            try sentence(["vocab.txt"], replacing("[SEP]", "[END]")).hasSuffix("does not have the end-of-text token \"[SEP]\"."))
        #expect(
            try sentence(["vocab.txt"]) { _ in "version https://git-lfs.github.com/spec/v1\n" }.contains("is a Git LFS pointer"))
        #expect(
            try sentence(["tokenizer.json"], replacing("WordPiece", "Unigram")).contains("is a tokenizer of the kind Unigram"))
        #expect(
            try sentence(["tokenizer.json"], replacing("BertNormalizer", "Lowercase")).contains("normalizer.type has Lowercase"))
        #expect(
            try sentence(["tokenizer.json"], replacing("\"##\"", "\"@@\"")).contains("model.continuing_subword_prefix has @@"))
        #expect(
            try sentence(["tokenizer.json"], replacing("\"[MASK]\": 4", "\"[MASK]\": 4000")).contains(
                "does not number its tokens"))
    }
}

@Suite("The tokenizer")
struct TokenizerTests {
    /// The part of CLIP's own vocabulary that the recorded texts need.
    let tokenizer: any Tokenizer

    init() throws {
        tokenizer = try readTokenizer(at: Fixture.url("tokenizer"))
    }

    private struct Recorded: Decodable {
        var text: String
        var tokens: [Int]
    }

    @Test func agreesWithTransformersOnRecordedTexts() throws {
        let url = Fixture.url("tokenizer").appendingPathComponent("expected.json")
        let recorded = try JSONDecoder().decode([Recorded].self, from: Data(contentsOf: url))
        #expect(recorded.count > 300)
        for item in recorded {
            #expect(tokenizer.tokens(item.text, contextLength: 77) == item.tokens, "\(item.text)")
        }
    }

    /// Token numbers as OpenAI's tokenizer gives them.
    @Test(arguments: [
        ("a photo of a {}banded", [320, 1125, 539, 320, 39025, 37804]),
        ("a photo of a banded", [320, 1125, 539, 320, 37804]),
        ("X X X banded", [343, 343, 343, 37804]),
        ("a photo of a banded.", [320, 1125, 539, 320, 37804, 269]),
    ])
    func givesOpenAIsNumbers(text: String, tokens: [Int]) {
        #expect(tokenizer.tokens(text, contextLength: 77) == [49406] + tokens + [49407])
    }

    @Test func cutsALongTextAndKeepsItsEnd() {
        let tokens = tokenizer.tokens(String(repeating: "a ", count: 100), contextLength: 10)
        #expect(tokens == [49406] + [Int](repeating: 320, count: 8) + [49407])
    }

    @Test func readsTheSameFromATokenizerJSON() throws {
        let source = Fixture.url("tokenizer")
        let vocabulary = try JSONSerialization.jsonObject(
            with: Data(contentsOf: source.appendingPathComponent("vocab.json")))
        let merges = try String(contentsOf: source.appendingPathComponent("merges.txt"), encoding: .utf8)
            .split(separator: "\n").dropFirst().map(String.init)
        let folder = try TemporaryFolder()
        let json: [String: Any] = [
            "added_tokens": [["id": 49407, "content": "<|endoftext|>"]],
            "model": ["type": "BPE", "vocab": vocabulary, "merges": merges],
        ]
        try JSONSerialization.data(withJSONObject: json).write(
            to: folder.url.appendingPathComponent("tokenizer.json"))
        let other = try readTokenizer(at: folder.url)
        let text = "A photo of the colt's foot, a type of flower; they're 12 or 345 of them"
        #expect(other.tokens(text) == tokenizer.tokens(text))
    }

    @Test func namesTheLineOfABrokenMerge() throws {
        let folder = try TemporaryFolder()
        try Data(#"{"a": 0, "b</w>": 1, "<|startoftext|>": 2, "<|endoftext|>": 3}"#.utf8)
            .write(to: folder.url.appendingPathComponent("vocab.json"))
        let merges = folder.url.appendingPathComponent("merges.txt")
        try Data("#version: 0.2\na\n".utf8).write(to: merges)
        #expect(throws: CLIPError("\(merges.path), line 2: two tokens are needed, found \"a\".")) {
            try readTokenizer(at: folder.url)
        }
        try Data("#version: 0.2\na b</w>\n".utf8).write(to: merges)
        let error = #expect(throws: CLIPError.self) { try readTokenizer(at: folder.url) }
        #expect(error?.description.contains("\"ab</w>\", which the vocabulary does not have") == true)
    }

    @Test func namesAMissingEndToken() throws {
        let error = #expect(throws: CLIPError.self) {
            try CLIPTokenizer(vocabulary: ["<|startoftext|>": 0], merges: [])
        }
        #expect(error?.description == "the vocabulary does not have the end-of-text token \"<|endoftext|>\".")
    }

    @Test func takesSpecialTokensFromTheirMap() throws {
        let folder = try TemporaryFolder()
        try Data(#"{"a</w>": 0, "<s>": 1, "</s>": 2, "?": 3}"#.utf8)
            .write(to: folder.url.appendingPathComponent("vocab.json"))
        try Data().write(to: folder.url.appendingPathComponent("merges.txt"))
        try Data(#"{"bos_token": "<s>", "eos_token": {"content": "</s>"}, "unk_token": "?"}"#.utf8)
            .write(to: folder.url.appendingPathComponent("special_tokens_map.json"))
        let tokenizer = try readTokenizer(at: folder.url)
        #expect(tokenizer.tokens("a b", contextLength: 8) == [1, 0, 3, 2])
    }
}
