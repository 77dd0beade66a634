/// Words as a shell reads them.
public enum ShellWord {
    /// `word` as it stands in a command that is given to a shell, which reads it back as it is.
    public static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./=,:@%+".utf8.contains(byte)
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing(scalar: "'", with: "'\\''") + "'"
    }

    /// A command's line.
    public static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    /// The words of a line that ``line(_:)`` made; nil for any other.
    public static func words(_ line: String) -> [String]? {
        var words: [String] = []
        var word = ""
        var isQuoted = false, isBegun = false, isEscaped = false
        for character in line.unicodeScalars {
            switch character {
            case _ where isEscaped:
                guard character == "'" else { return nil }
                word.unicodeScalars.append(character)
                isEscaped = false
            case "'":
                isQuoted.toggle()
                isBegun = true
            case " " where !isQuoted:
                guard isBegun else { return nil }
                words.append(word)
                (word, isBegun) = ("", false)
            case "\\" where !isQuoted: isEscaped = true
            default:
                word.unicodeScalars.append(character)
                isBegun = true
            }
        }
        guard isBegun, !isQuoted, !isEscaped else { return nil }
        return words + [word]
    }
}
