import FoundationEssentials

/// A byte-pair vocabulary in CLIP's format, learned from captions: all bytes, alone and at a word's end, so that any
/// text can be written with it, and the pairs of tokens met most often.
struct ByteLevelVocabulary: Sendable {
    /// Token numbers by spelling.
    let tokens: [String: Int]
    /// The pairs to join, most frequent first.
    let merges: [(left: String, right: String)]

    private static let endOfWord = "</w>"
    static let specialTokens = ["<|startoftext|>", "<|endoftext|>"]

    /// Learns up to `mergeCount` merges from `captions`: the most frequent pair of neighbors becomes one token, again
    /// and again; ties go to the pair that comes first in the alphabet.
    init(captions: [String], mergeCount: Int) {
        var words: [[String]: Int] = [:]
        for caption in captions {
            for word in Self.words(caption) { words[word, default: 0] += 1 }
        }
        var merges: [(left: String, right: String)] = []
        while merges.count < mergeCount, let pair = Self.mostFrequentPair(in: words) {
            merges.append((pair.left, pair.right))
            words = words.reduce(into: [:]) { joined, word in
                joined[Self.join(pair, in: word.key), default: 0] += word.value
            }
        }
        let bytes = Self.byteSpellings
        let spellings =
            bytes + bytes.map { $0 + Self.endOfWord } + merges.map { $0.left + $0.right } + Self.specialTokens
        self.merges = merges
        tokens = Dictionary(uniqueKeysWithValues: spellings.enumerated().map { ($1, $0) })
    }

    /// Writes `vocab.json` and `merges.txt` to `directory`.
    func write(to directory: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(tokens).write(to: directory.appendingPathComponent("vocab.json"), options: .atomic)
        let lines = ["#version: 0.2"] + merges.map { "\($0.left) \($0.right)" }
        try Data((lines.joined(separator: "\n") + "\n").utf8)
            .write(to: directory.appendingPathComponent("merges.txt"), options: .atomic)
    }

    private struct Pair: Hashable {
        var left: String
        var right: String
    }

    private static func mostFrequentPair(in words: [[String]: Int]) -> Pair? {
        var counts: [Pair: Int] = [:]
        for (word, count) in words {
            for (left, right) in zip(word, word.dropFirst()) {
                counts[Pair(left: left, right: right), default: 0] += count
            }
        }
        return counts.max { a, b in
            (a.value, b.key.left, b.key.right) < (b.value, a.key.left, a.key.right)
        }?.key
    }

    private static func join(_ pair: Pair, in word: [String]) -> [String] {
        var joined: [String] = []
        var index = 0
        while index < word.count {
            if index + 1 < word.count, word[index] == pair.left, word[index + 1] == pair.right {
                joined.append(pair.left + pair.right)
                index += 2
            } else {
                joined.append(word[index])
                index += 1
            }
        }
        return joined
    }

    /// Lower-case words and signs as lists of single letters, the last one marked. Captions are plain ASCII, whose
    /// printable characters are spelled as themselves.
    private static func words(_ caption: String) -> [[String]] {
        var words: [[String]] = []
        var previousIsLetter = false
        for character in caption.lowercased() {
            guard !character.isWhitespace else {
                previousIsLetter = false
                continue
            }
            if previousIsLetter && character.isLetter {
                words[words.count - 1].append(String(character))
            } else {
                words.append([String(character)])
            }
            previousIsLetter = character.isLetter
        }
        return words.map { $0.dropLast() + [$0[$0.count - 1] + endOfWord] }
    }

    /// How vocabularies spell each byte, printable Latin-1 first and as itself, then the others as the letters from
    /// U+0100 on (GPT-2's `bytes_to_unicode`).
    private static let byteSpellings: [String] = {
        let printable = Array(UInt8(0x21)...0x7E) + Array(UInt8(0xA1)...0xAC) + Array(UInt8(0xAE)...0xFF)
        let others = 256 - printable.count
        return printable.map { String(Unicode.Scalar($0)) }
            + (0..<others).compactMap { Unicode.Scalar(0x100 + $0).map(String.init) }
    }()
}
