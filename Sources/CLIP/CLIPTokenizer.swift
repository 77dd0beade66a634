import Essentials

/// Turns text into CLIP's tokens.
///
///     let tokenizer = try CLIPTokenizer(contentsOf: checkpoint)
///     tokenizer.tokens("a photo of a banded", contextLength: 77)  // [49406, 320, 1125, 539, 320, 37804, 49407]
///
/// The text is prepared (`TextPreparation`), cut into contractions, runs of letters, single digits and runs
/// of other signs, and each of these is byte-pair encoded.
public struct CLIPTokenizer: Tokenizer {
    /// The token every text begins with.
    public let beginOfText: Int
    /// The token every text ends with.
    public let endOfText: Int
    /// One more than the largest token.
    public let vocabularySize: Int

    /// What is done to a text before it is cut.
    public let preparation: TextPreparation

    private let encoding: BytePairEncoding
    private let specials: SpecialSpellings

    /// - Parameters:
    ///   - vocabulary: token numbers by spelling, as in `vocab.json`.
    ///   - merges: the pairs to join, in order of rank, as in `merges.txt`.
    ///   - name: what error messages call the vocabulary.
    public init(
        vocabulary: [String: Int], merges: [(left: String, right: String)],
        specialTokens: SpecialTokens = SpecialTokens(), preparation: TextPreparation = .transformers,
        name: String = "the vocabulary"
    ) throws {
        func special(_ spelling: String, _ role: String) throws -> Int {
            try SpecialSpellings.present(vocabulary[spelling], spelling, role, in: name)
        }
        if let (spelling, token) = vocabulary.first(where: { $0.value < 0 || $0.value > Int(Int32.max) }) {
            throw CLIPError("\(name) gives \"\(spelling)\" the impossible number \(token).")
        }
        beginOfText = try special(specialTokens.beginOfText, "begin-of-text")
        endOfText = try special(specialTokens.endOfText, "end-of-text")
        let unknown = try special(specialTokens.unknown, "unknown")
        vocabularySize = (vocabulary.values.max() ?? 0) + 1
        self.preparation = preparation
        specials = SpecialSpellings([
            (specialTokens.beginOfText, beginOfText), (specialTokens.endOfText, endOfText),
        ])
        encoding = try BytePairEncoding(vocabulary: vocabulary, merges: merges, unknown: unknown, name: name)
    }

    public func tokens(_ text: String) -> [Int] {
        switch preparation {
        case .transformers:
            // Special tokens are looked for in the text as it was written.
            return specials.tokens(of: text) { words(Self.clean($0)) }
        case .openCLIP:
            return words(OpenCLIPText.prepared(text))
        }
    }

    /// The tokens of a prepared text.
    private func words(_ scalars: [Unicode.Scalar]) -> [Int] {
        var tokens: [Int] = []
        var word: [UInt8] = []
        var position = 0
        while position < scalars.count {
            if preparation == .openCLIP, let special = specials.token(at: position, in: scalars) {
                tokens.append(special.token)
                position += special.length
                continue
            }
            let end = wordEnd(from: position, in: scalars)
            if end > position {
                word.removeAll(keepingCapacity: true)
                for scalar in scalars[position..<end] {
                    word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                }
                tokens += encoding.tokens(word)
            }
            position = max(end, position + 1)
        }
        return tokens
    }

    /// Composes and lower-cases.
    private static func clean(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.count)
        for scalar in composed(text) {
            if scalar.isASCII {
                scalars.append(
                    ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
            } else {
                scalars.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return scalars
    }

    private static func composed(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        // Below U+0300 every text is composed already.
        if text.allSatisfy({ $0.value < 0x300 }) { return text }
        var string = String.UnicodeScalarView()
        string.append(contentsOf: text)
        return ArraySlice(String(string).normalized(.c).unicodeScalars)
    }

    /// Where the word that begins at `position` ends; `position` itself at white space.
    ///
    /// CLIP's pattern: `'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`.
    private func wordEnd(from position: Int, in scalars: [Unicode.Scalar]) -> Int {
        if scalars[position] == "'" {
            // OpenAI's pattern ignores case, and the long s is a case of s.
            if preparation == .openCLIP, scalars[(position + 1)...].first == "ſ" { return position + 2 }
            for contraction in Self.contractions where scalars[(position + 1)...].starts(with: contraction) {
                return position + 1 + contraction.count
            }
        }
        let kind = Kind(scalars[position])
        switch kind {
        case .space: return position
        case .number: return position + 1
        case .letter, .sign:
            var end = position + 1
            while end < scalars.count, Kind(scalars[end]) == kind {
                end += 1
            }
            return end
        }
    }

    private static let contractions: [[Unicode.Scalar]] = ["s", "t", "re", "ve", "m", "ll", "d"].map {
        Array(String($0).unicodeScalars)
    }

    /// The classes of signs the pattern tells apart.
    private enum Kind {
        case letter, number, space, sign

        init(_ scalar: Unicode.Scalar) {
            switch scalar {
            case "a"..."z": self = .letter
            case "0"..."9": self = .number
            case " ": self = .space
            default:
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
                    self = .letter
                case .decimalNumber, .letterNumber, .otherNumber:
                    self = .number
                default:
                    self = scalar.properties.isWhitespace ? .space : .sign
                }
            }
        }
    }
}

/// What is done to a text before it is cut into words.
public enum TextPreparation: Sendable, Equatable {
    /// As `CLIPTokenizer` of `transformers`: special tokens stand for themselves, everything else is composed
    /// (NFC) and lower-cased.
    case transformers
    /// As `SimpleTokenizer` of open_clip and OpenAI: repaired (`TextRepair`), HTML entities replaced twice,
    /// lower-cased.
    case openCLIP
}

/// How a vocabulary spells the tokens that are not text.
public struct SpecialTokens: Sendable, Equatable {
    public var beginOfText: String
    public var endOfText: String
    /// What stands for a byte that the vocabulary does not have.
    public var unknown: String

    public init(
        beginOfText: String = "<|startoftext|>", endOfText: String = "<|endoftext|>",
        unknown: String = "<|endoftext|>"
    ) {
        self.beginOfText = beginOfText
        self.endOfText = endOfText
        self.unknown = unknown
    }

    /// open_clip's spelling, which a text may use.
    static let openCLIP = SpecialTokens(
        beginOfText: "<start_of_text>", endOfText: "<end_of_text>", unknown: "<end_of_text>")
}
