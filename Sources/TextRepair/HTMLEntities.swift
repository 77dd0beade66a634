/// Replaces character references (`&amp;`, `&#39;`) by the characters they stand for.
public enum HTMLEntities {
    /// As browsers and Python's `html.unescape` read them, without a semicolon too where HTML allows it.
    public static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return reference.replacing(in: text) { match in
            let body = Array(match.unicodeScalars.dropFirst())
            if body.first == "#" { return numbered(body.dropFirst()) }
            // The longest beginning that is a name: &notit; is ¬it;. Names are ASCII, and compared as such:
            // Swift takes "K" and the Kelvin sign for the same.
            let ascii = body.prefix(while: \.isASCII)
            for length in stride(from: ascii.count, to: 1, by: -1) {
                if let character = characters[string(ascii.prefix(length))] {
                    return character + string(body[length...])
                }
            }
            return match
        }
    }

    /// As ftfy does before it looks for mojibake: only with a semicolon, and names written in capitals too
    /// where only their lower-case form is one.
    static func repaired(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return plainReference.replacing(in: text) { match in
            let name = String(match.dropFirst())
            if let character = characters[name] ?? capitalized[name] { return character }
            guard name.hasPrefix("#") else { return match }
            let character = unescaped(match)
            // By bytes: Swift takes the Greek question mark for a semicolon.
            return character.utf8.contains(UInt8(ascii: ";")) ? match : character
        }
    }

    private static let reference = Pattern(#"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)"#)
    private static let plainReference = Pattern("&#?[0-9A-Za-z]{1,24};")

    /// Characters by name, the semicolon part of the name.
    private static let characters: [String: String] = {
        var characters: [String: String] = [:]
        for line in htmlEntityTable.split(separator: "\n") {
            let fields = line.split(separator: " ")
            var value = String.UnicodeScalarView()
            value.append(
                contentsOf: fields.dropFirst().compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) })
            characters[String(fields[0])] = String(value)
        }
        return characters
    }()

    /// Names in capitals that mean nothing by themselves, with the capital of their character.
    private static let capitalized: [String: String] = {
        var capitalized: [String: String] = [:]
        for (name, character) in characters where name.hasSuffix(";") && name == name.lowercased() {
            let capitals = name.uppercased()
            if unescaped("&" + capitals) == "&" + capitals { capitalized[capitals] = character.uppercased() }
        }
        return capitalized
    }()

    /// The character of a reference such as `#233;` or `#xE9`, without its sign.
    private static func numbered(_ reference: ArraySlice<Unicode.Scalar>) -> String {
        let digits = reference.last == ";" ? reference.dropLast() : reference
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        // A number too large for UInt32 is no character either.
        let number =
            UInt32(string(isHexadecimal ? digits.dropFirst() : digits), radix: isHexadecimal ? 16 : 10) ?? .max
        switch number {
        case 0: return "\u{FFFD}"
        case 0x0D: return "\r"
        // Browsers read these as Windows-1252.
        case 0x80...0x9F: return CodePage.windows1252.text(of: [UInt8(number)])
        case 1...8, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: return ""
        case _ where number & 0xFFFE == 0xFFFE && number <= 0x10FFFF: return ""
        default: return Unicode.Scalar(number).map { String($0) } ?? "\u{FFFD}"
        }
    }
    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var string = String.UnicodeScalarView()
        string.append(contentsOf: scalars)
        return String(string)
    }
}
