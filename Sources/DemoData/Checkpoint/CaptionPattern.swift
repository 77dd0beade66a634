/// A caption with choices in it: `"a {small|tiny} piece{| of paper}"` stands for four captions.
struct CaptionPattern: Sendable, Equatable, ExpressibleByStringLiteral {
    /// One entry per stretch of text, each a list of choices; plain text is a list of one.
    private let stretches: [[Substring]]

    init(stringLiteral pattern: String) {
        var stretches: [[Substring]] = []
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            stretches.append([rest[..<open]])
            stretches.append(
                rest[rest.index(after: open)..<close].split(separator: "|", omittingEmptySubsequences: false))
            rest = rest[rest.index(after: close)...]
        }
        self.stretches = stretches + [[rest]]
    }

    /// One of the captions, every choice equally likely.
    func draw(using random: inout RandomStream) -> String {
        stretches.reduce(into: "") { caption, choices in
            if !choices.isEmpty { caption += choices[random.integer(0...choices.count - 1)] }
        }
    }

    /// Every caption the pattern stands for.
    var all: [String] {
        stretches.reduce([""]) { captions, choices in
            captions.flatMap { caption in choices.map { caption + $0 } }
        }
    }
}
