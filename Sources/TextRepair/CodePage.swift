/// A single-byte encoding: ASCII, and letters of its own from 0x80 on.
struct CodePage: Sendable {
    /// What every byte stands for.
    private let scalars: [Unicode.Scalar]
    private let bytes: [Unicode.Scalar: UInt8]
    let name: String

    /// ftfy's "sloppy" encodings take byte 0x1A for a letter that was lost.
    var isSloppy: Bool { name.hasPrefix("sloppy") }

    private init(name: String, upperHalf: String) {
        self.name = name
        var scalars = (UInt8(0)..<0x80).map { Unicode.Scalar($0) } + upperHalf.unicodeScalars
        if name.hasPrefix("sloppy") { scalars[0x1A] = "\u{FFFD}" }
        self.scalars = scalars
        bytes = Dictionary(zip(scalars, UInt8.min...UInt8.max), uniquingKeysWith: { first, _ in first })
    }

    /// In the order in which they are tried.
    static let all = MojibakeTables.codePages.map { CodePage(name: $0.name, upperHalf: $0.upperHalf) }

    static let windows1252 = all[1]

    /// The bytes of `text`; nil where it has a letter that the encoding does not.
    func bytes(of text: String) -> [UInt8]? {
        var encoded: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = bytes[scalar] else { return nil }
            encoded.append(byte)
        }
        return encoded
    }

    func text(of bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: bytes.map { scalars[Int($0)] })
        return String(text)
    }
}
