/// Byte-pair encoding of one word: its bytes are joined, most frequent pair first, into the vocabulary's
/// tokens.
///
/// Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016), over bytes
/// as GPT-2 does it, with CLIP's mark `</w>` on the last byte of a word.
struct BytePairEncoding: Sendable {
    private struct Merge {
        var rank: Int
        var token: Int
    }

    /// The token of a byte inside a word, and of a byte that ends one.
    private var inner: [Int]
    private var last: [Int]
    private var merges: [Pair: Merge]

    private struct Pair: Hashable {
        var left: Int
        var right: Int
    }

    /// What a word ends in, in the vocabulary's spelling.
    static let endOfWord = "</w>"

    /// - Parameters:
    ///   - vocabulary: token numbers by spelling, bytes spelled as `byteSpelling` has them.
    ///   - merges: pairs of spellings, the first to be joined first.
    ///   - unknown: the token of a byte the vocabulary does not have.
    init(
        vocabulary: [String: Int], merges: [(left: String, right: String)], unknown: Int, name: String
    ) throws {
        let spelling = Self.byteSpelling.map(String.init)
        inner = spelling.map { vocabulary[$0] ?? unknown }
        last = spelling.map { vocabulary[$0 + Self.endOfWord] ?? unknown }
        self.merges = [:]
        self.merges.reserveCapacity(merges.count)
        for (rank, merge) in merges.enumerated() {
            func token(_ spelling: String) throws -> Int {
                guard let token = vocabulary[spelling] else {
                    throw CLIPError(
                        "\(name): merge \(rank + 1), \"\(merge.left) \(merge.right)\", needs the token "
                            + "\"\(spelling)\", which the vocabulary does not have.")
                }
                return token
            }
            let pair = Pair(left: try token(merge.left), right: try token(merge.right))
            self.merges[pair] = Merge(rank: rank, token: try token(merge.left + merge.right))
        }
    }

    /// The tokens of a word given as UTF-8.
    func tokens(_ word: [UInt8]) -> [Int] {
        guard let final = word.last else { return [] }
        var tokens = word.dropLast().map { inner[Int($0)] }
        tokens.append(last[Int(final)])
        while let (pair, merge) = firstMerge(of: tokens) {
            var joined: [Int] = []
            joined.reserveCapacity(tokens.count)
            var index = 0
            while index < tokens.count {
                if index + 1 < tokens.count, tokens[index] == pair.left, tokens[index + 1] == pair.right {
                    joined.append(merge.token)
                    index += 2
                } else {
                    joined.append(tokens[index])
                    index += 1
                }
            }
            tokens = joined
        }
        return tokens
    }

    private func firstMerge(of tokens: [Int]) -> (Pair, Merge)? {
        var first: (Pair, Merge)?
        for (left, right) in zip(tokens, tokens.dropFirst()) {
            let pair = Pair(left: left, right: right)
            if let merge = merges[pair], merge.rank < first?.1.rank ?? .max {
                first = (pair, merge)
            }
        }
        return first
    }

    /// How vocabularies spell each byte: printable Latin-1 as itself, the others as the letters from U+0100
    /// on, in order.
    static let byteSpelling: [Character] = {
        var next: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            if isPrintable(byte) { return Character(Unicode.Scalar(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(next).map(Character.init) ?? " "
        }
    }()

    /// All bytes in the order in which OpenAI's vocabulary numbers them: the printable ones first.
    static let bytesByUse: [Int] = {
        let bytes = UInt8.min...UInt8.max
        return (bytes.filter(isPrintable) + bytes.filter { !isPrintable($0) }).map(Int.init)
    }()

    /// Whether a byte is a visible sign of Latin-1.
    private static func isPrintable(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
        default: false
        }
    }
}
