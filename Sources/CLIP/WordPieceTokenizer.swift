import Essentials

/// BERT's tokenizer, which CLIPA's models read their texts with, as `BertTokenizer` of `transformers`.
///
/// A text is cut into words and single signs (`BertText`), and each of these into the longest pieces that the vocabulary has, from the
/// left: "banded" into "band" and "##ed". A word that cannot be cut so is the unknown token.
///
/// Source: Wu et al., "Google's Neural Machine Translation System" (2016), as Devlin et al., "BERT" (2019) use it.
public struct WordPieceTokenizer: Tokenizer {
    public let beginOfText: Int
    public let endOfText: Int
    public let padding: Int
    public let vocabularySize: Int

    /// Tokens by spelling in UTF-8: a string is the same as its composed form, and a vocabulary may have both.
    private let pieces: [[UInt8]: Int]
    private let unknown: Int
    private let specials: SpecialSpellings
    private let text: BertText
    private let longestPiece: Int

    private static let continuation = Array("##".utf8)
    /// A longer word is unknown.
    private static let longestWord = 100

    /// - Parameters:
    ///   - vocabulary: the spellings in order of their tokens.
    ///   - name: what error messages call the vocabulary.
    init(vocabulary: [[UInt8]], specialTokens: BertSpecialTokens, text: BertText, name: String) throws {
        let pieces = Dictionary(zip(vocabulary, 0...), uniquingKeysWith: { $1 })
        self.pieces = pieces
        func special(_ spelling: String, _ role: String) throws -> Int {
            try SpecialSpellings.present(pieces[Array(spelling.utf8)], spelling, role, in: name)
        }
        beginOfText = try special(specialTokens.begin, "begin-of-text")
        endOfText = try special(specialTokens.end, "end-of-text")
        padding = try special(specialTokens.padding, "padding")
        unknown = try special(specialTokens.unknown, "unknown")
        vocabularySize = vocabulary.count
        longestPiece = vocabulary.map(\.count).max() ?? 0
        specials = SpecialSpellings(
            specialTokens.all.compactMap { spelling in pieces[Array(spelling.utf8)].map { (spelling, $0) } })
        self.text = text
    }

    public func tokens(_ text: String) -> [Int] {
        specials.tokens(of: text) { self.text.words($0).flatMap(pieces) }
    }

    private func pieces(_ word: [Unicode.Scalar]) -> [Int] {
        guard word.count <= Self.longestWord else { return [unknown] }
        let letters = word.map { Array(String($0).utf8) }
        var tokens: [Int] = []
        var start = 0
        while start < letters.count {
            var piece = start == 0 ? [] : Self.continuation
            var longest: (end: Int, token: Int)?
            for end in start..<letters.count {
                piece += letters[end]
                if piece.count > longestPiece { break }
                if let token = pieces[piece] { longest = (end + 1, token) }
            }
            guard let longest else { return [unknown] }
            tokens.append(longest.token)
            start = longest.end
        }
        return tokens
    }
}

/// How a vocabulary of BERT's spells the tokens that are not text.
struct BertSpecialTokens: Sendable, Equatable {
    var begin = "[CLS]"
    var end = "[SEP]"
    var padding = "[PAD]"
    var unknown = "[UNK]"
    var mask = "[MASK]"

    var all: [String] { [begin, end, padding, unknown, mask] }
}

/// What BERT does to a text before it looks for pieces, as `BertNormalizer` and `BertPreTokenizer` of the `tokenizers` library.
struct BertText: Sendable, Equatable {
    let lowercases: Bool
    let stripsAccents: Bool
    /// Whether each ideograph is a word.
    let splitsIdeographs: Bool

    /// What a file says, and where it says nothing what `bert-base-uncased` has.
    init(lowercases: Bool? = nil, stripsAccents: Bool? = nil, splitsIdeographs: Bool? = nil) {
        self.lowercases = lowercases ?? true
        self.stripsAccents = stripsAccents ?? self.lowercases
        self.splitsIdeographs = splitsIdeographs ?? true
    }

    /// The words and single signs of a text.
    func words(_ text: ArraySlice<Unicode.Scalar>) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        func end() {
            if !word.isEmpty { words.append(word) }
            word = []
        }
        for scalar in normalized(text) {
            if scalar.properties.isWhitespace {
                end()
            } else if Self.isPunctuation(scalar) {
                end()
                words.append([scalar])
            } else {
                word.append(scalar)
            }
        }
        end()
        return words
    }

    private func normalized(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        for scalar in text where !Self.isDropped(scalar) {
            scalars += splitsIdeographs && Self.isIdeograph(scalar) ? [" ", scalar, " "] : [scalar]
        }
        if stripsAccents {
            var string = String.UnicodeScalarView()
            string.append(contentsOf: scalars)
            scalars = String(string).normalized(.d).unicodeScalars.filter {
                !Self.isMark($0)
            }
        }
        guard lowercases else { return scalars }
        return scalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
    }

    /// Control signs but line breaks and tabs, and what stands for what could not be read.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": return false
        case "\0", "\u{FFFD}": return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .privateUse: return true
        case .format: return isKnown(scalar)
        default: return false
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return switch scalar {
            case "!"..."/", ":"..."@", "["..."`", "{"..."~": true
            default: false
            }
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return isKnown(scalar)
        default:
            return scalar == "\u{166D}" || scalar == "\u{111C9}"
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{1734}", "\u{1171E}": true
        case "\u{1885}", "\u{1886}", "\u{A9BD}", "\u{111C9}": false
        default: isKnown(scalar) && scalar.properties.generalCategory == .nonspacingMark
        }
    }

    /// The library's blocks of ideographs.
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF,
            0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// The library's classes of signs are those of Unicode 8: it knows no sign that came later, and the few whose class changed since
    /// stand above.
    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return age.major <= 8
    }
}
