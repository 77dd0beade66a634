/// Words as shells and makefiles read them.
enum ShellWord {
    /// `word` as it stands in a shell's command.
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./=,:@%+".utf8.contains(byte)
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// A command as it stands in a shell.
    static func quoted(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    /// A command's line of a makefile's recipe.
    static func recipe(_ words: [String]) -> String {
        quoted(words).replacing("$", with: "$$")
    }
}
