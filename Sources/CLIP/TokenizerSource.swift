import FoundationEssentials

/// Where a tokenizer lies.
enum TokenizerSource {
    /// Hugging Face's `vocab.json` and `merges.txt`.
    case vocabularyAndMerges(vocabulary: URL, merges: URL)
    /// The one file of the `tokenizers` library, `tokenizer.json`.
    case tokenizer(URL)
    /// BERT's `vocab.txt`.
    case wordPieces(URL)
    /// OpenAI's `bpe_simple_vocab_16e6.txt.gz`, packed or not.
    case openAI(URL)

    private static let wordPieceName = "vocab.txt"
    private static let openAINames = ["bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt"]

    /// What `--tokenizer` names: a folder or a file.
    init(at url: URL) throws {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
            throw CLIPError("The tokenizer \(url.path) does not exist.")
        }
        if isDirectory {
            guard let source = Self(in: url) else {
                throw CLIPError("\(url.path) \(Self.lack(in: url)).")
            }
            self = source
            return
        }
        switch url.lastPathComponent {
        case "vocab.json", "merges.txt":
            guard let source = Self(in: url.deletingLastPathComponent()), case .vocabularyAndMerges = source else {
                throw CLIPError(
                    "\(url.path) is half a tokenizer: vocab.json and merges.txt belong into one folder.")
            }
            self = source
        case let name where name.hasSuffix(".json"): self = .tokenizer(url)
        case Self.wordPieceName: self = .wordPieces(url)
        case let name where name.hasSuffix(".gz") || name.hasSuffix(".txt"): self = .openAI(url)
        case let name where Self.isSentencePiece(name):
            throw CLIPError("\(url.path) is a tokenizer of SentencePiece's: \(Self.needed).")
        default:
            throw CLIPError("\(url.path) is not a tokenizer: \(Self.needed).")
        }
    }

    /// The tokenizer beside a checkpoint's weights.
    init(beside directory: URL) throws {
        guard let source = Self(in: directory) else {
            throw CLIPError(
                "\(directory.path) \(Self.lack(in: directory)). Name one with --tokenizer; OpenAI's lies in "
                    + "github.com/openai/CLIP, and in the Python packages clip and open_clip.")
        }
        self = source
    }

    private static let needed =
        "vocab.json and merges.txt, tokenizer.json, \(openAINames[0]), or BERT's \(wordPieceName) is needed"

    /// What SentencePiece's files are called: `spiece.model`, `sentencepiece.bpe.model`, `tokenizer.model`.
    private static func isSentencePiece(_ name: String) -> Bool { name.hasSuffix(".model") }

    /// That a folder has no tokenizer, or one that is not supported.
    private static func lack(in directory: URL) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let foreign = names.filter(isSentencePiece).min().map { " but SentencePiece's \($0)" } ?? ""
        return "has no tokenizer\(foreign): \(needed)"
    }

    private init?(in directory: URL) {
        func present(_ name: String) -> URL? {
            let url = directory.appendingPathComponent(name)
            return FileManager.default.fileExists(atPath: url.path) ? url : nil
        }
        if let vocabulary = present("vocab.json"), let merges = present("merges.txt") {
            self = .vocabularyAndMerges(vocabulary: vocabulary, merges: merges)
        } else if let tokenizer = present("tokenizer.json") {
            self = .tokenizer(tokenizer)
        } else if let vocabulary = present(Self.wordPieceName) {
            self = .wordPieces(vocabulary)
        } else if let merges = Self.openAINames.lazy.compactMap(present).first {
            self = .openAI(merges)
        } else {
            return nil
        }
    }

    /// What error messages call it.
    var path: String {
        switch self {
        case .vocabularyAndMerges(let vocabulary, _): vocabulary.path
        case .tokenizer(let url), .wordPieces(let url), .openAI(let url): url.path
        }
    }

    /// All files it is read from.
    var files: [URL] {
        switch self {
        case .vocabularyAndMerges(let vocabulary, let merges):
            [vocabulary, merges] + SpecialTokens.files(in: vocabulary.deletingLastPathComponent())
        case .tokenizer(let url), .wordPieces(let url):
            [url] + SpecialTokens.files(in: url.deletingLastPathComponent())
        case .openAI(let url):
            [url]
        }
    }
}
