import Essentials
import Glibc

/// Another program in the place of this one.
public enum Replacement {
    /// Becomes the program that is the first of `words`, looked for in PATH where it is no path; returns where that fails, with the
    /// reason.
    public static func become(_ words: [String]) -> String {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execvp(words[0], &arguments)
        return SystemReason.text(errno)
    }
}
