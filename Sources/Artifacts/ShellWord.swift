/// Words as a shell reads them.
public enum ShellWord {
    /// `word` as it stands in a command that is given to a shell, which reads it back as it is.
    public static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./=,:@%+".utf8.contains(byte)
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
