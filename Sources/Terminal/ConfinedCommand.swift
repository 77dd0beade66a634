import CConfine
import Essentials
import FoundationEssentials
import Glibc

/// A ``Command`` that reads files of unknown origin, and does so in a child process with limits of time and memory: should
/// a library crash, hang or take all memory over one, that is a sentence too.
public protocol ConfinedCommand: Command {
    /// The files, or the folders of them, that are read. The larger they are, the more it may take.
    var untrusted: [String] { get }
}

extension ConfinedCommand {
    /// Returns in the child; the parent ends as the child does.
    func confine() {
        let bytes = untrusted.reduce(0) { $0 + Self.byteCount($1) }
        var limits = cconfine_limits(milliseconds: 1500 + bytes / 1000, bytes: 1 << 30 + 2 * bytes)
        let child = cconfine_fork(&limits, SIGTERM)
        guard child != 0 else { return }
        guard child > 0 else {
            Self.end("cannot start a process: \(SystemReason.text(errno))")
        }
        let outcome = cconfine_wait(child)
        if outcome.code >= 0 { _exit(outcome.code) }
        if [SIGINT, SIGTERM, SIGHUP].contains(outcome.signal) {
            signal(outcome.signal, SIG_DFL)
            raise(outcome.signal)
        }
        let noted = String(cString: cconfine_noted_file())
        let file = noted.isEmpty ? untrusted.joined(separator: " and ") : noted
        let what =
            outcome.was_too_long != 0
            ? "takes longer than \(limits.milliseconds) ms"
            : "ends with: \(String(cString: strsignal(outcome.signal)).lowercased())"
        Self.end("\(file): reading it \(what); the file is damaged: get another copy or make it again")
    }

    private static func end(_ sentence: String) -> Never {
        Standard.error.writeLines("\(Standard.programName): \(sentence)")
        _exit(EXIT_FAILURE)
    }

    private static func byteCount(_ path: String) -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return UInt64(max(0, status.st_size)) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.reduce(0) { sum, name in
            guard name.hasSuffix(".h5"), stat(path + "/" + name, &status) == 0 else { return sum }
            return sum + UInt64(max(0, status.st_size))
        }
    }
}
