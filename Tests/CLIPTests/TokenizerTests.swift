import CLIP
import Foundation
import TestSupport
import Testing

@Suite("The tokenizer")
struct TokenizerTests {
    /// The part of CLIP's own vocabulary that the recorded texts need.
    let tokenizer: CLIPTokenizer

    init() throws {
        tokenizer = try CLIPTokenizer(contentsOf: Fixture.url("tokenizer"))
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
        let other = try CLIPTokenizer(contentsOf: folder.url)
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
            try CLIPTokenizer(contentsOf: folder.url)
        }
        try Data("#version: 0.2\na b</w>\n".utf8).write(to: merges)
        let error = #expect(throws: CLIPError.self) { try CLIPTokenizer(contentsOf: folder.url) }
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
        let tokenizer = try CLIPTokenizer(contentsOf: folder.url)
        #expect(tokenizer.tokens("a b", contextLength: 8) == [1, 0, 3, 2])
    }
}
