/// Turns text into a model's tokens.
public protocol Tokenizer: Sendable {
    /// The token every text begins with.
    var beginOfText: Int { get }
    /// The token every text ends with.
    var endOfText: Int { get }
    /// What fills the context behind a text, where a model looks at it.
    var padding: Int { get }
    /// One more than the largest token.
    var vocabularySize: Int { get }

    /// The tokens of `text` alone.
    func tokens(_ text: String) -> [Int]
}

extension Tokenizer {
    /// open_clip's, for CLIP's own tokenizer.
    public var padding: Int { 0 }

    /// The tokens of `text` between its begin and its end token, at most `contextLength` in all: a longer
    /// text loses its tail and keeps its end token.
    public func tokens(_ text: String, contextLength: Int) -> [Int] {
        [beginOfText] + tokens(text).prefix(max(0, contextLength - 2)) + [endOfText]
    }
}

/// What open_clip's `HFTokenizer` does around a tokenizer of `transformers`: it cleans the text first, and may write 0 for the token that
/// ends texts.
public struct OpenCLIPTokenizer: Tokenizer {
    let inner: any Tokenizer
    /// `strip_sep_token`, as CLIPA's models were trained.
    let stripsEnd: Bool

    public init(_ inner: any Tokenizer, stripsEnd: Bool) {
        self.inner = inner
        self.stripsEnd = stripsEnd
    }

    public var beginOfText: Int { inner.beginOfText }
    public var endOfText: Int { stripped(inner.endOfText) }
    public var padding: Int { stripped(inner.padding) }
    public var vocabularySize: Int { inner.vocabularySize }

    public func tokens(_ text: String) -> [Int] {
        inner.tokens(OpenCLIPText.withPlainSpaces(OpenCLIPText.cleaned(text))).map(stripped)
    }

    private func stripped(_ token: Int) -> Int { stripsEnd && token == inner.endOfText ? 0 : token }
}

/// Special tokens, which stand for themselves where a text has their exact spelling.
struct SpecialSpellings: Sendable {
    private let all: [(spelling: [Unicode.Scalar], token: Int)]

    init(_ tokens: [(spelling: String, token: Int)]) {
        all = tokens.map { (Array($0.spelling.unicodeScalars), $0.token) }.filter { !$0.spelling.isEmpty }
    }

    /// What a vocabulary, `name` in messages, has for a token that it cannot do without.
    static func present(_ token: Int?, _ spelling: String, _ role: String, in name: String) throws -> Int {
        guard let token else { throw CLIPError("\(name) does not have the \(role) token \"\(spelling)\".") }
        return token
    }

    func token(at position: Int, in scalars: [Unicode.Scalar]) -> (token: Int, length: Int)? {
        for special in all
        where scalars[position] == special.spelling[0] && scalars[position...].starts(with: special.spelling) {
            return (special.token, special.spelling.count)
        }
        return nil
    }

    /// The tokens of a text: of its special tokens, and what `tokens` makes of the text between them.
    func tokens(of text: String, between tokens: (ArraySlice<Unicode.Scalar>) -> [Int]) -> [Int] {
        let scalars = Array(text.unicodeScalars)
        var found: [Int] = []
        var start = 0
        var position = 0
        while position < scalars.count {
            if let special = token(at: position, in: scalars) {
                found += tokens(scalars[start..<position]) + [special.token]
                position += special.length
                start = position
            } else {
                position += 1
            }
        }
        return found + tokens(scalars[start...])
    }
}
