import CConfine
import CInterrupt
import Essentials
import FoundationEssentials
import Glibc

/// One of the process's standard streams.
public struct Standard: Sendable {
    public static let output = Standard(descriptor: STDOUT_FILENO)
    public static let error = Standard(descriptor: STDERR_FILENO)

    private let number: Int32

    private init(descriptor: Int32) {
        number = descriptor
    }

    private var descriptor: Int32 { number == STDERR_FILENO ? cconfine_error_descriptor() : number }

    /// Whether a person is looking: the stream is a terminal that can move its cursor.
    public var isTerminal: Bool {
        isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Whether colour is welcome there (see no-color.org).
    public var isColorful: Bool {
        isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }

    /// The terminal's width in columns; 80 if it does not say.
    public var columns: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes lines of their own: a progress bar that stands there gives way, and draws itself again below. Control
    /// characters are shown, not obeyed.
    public func writeLines(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + text.escapingControls(keepingLines: true) + "\n")
    }

    /// Writes all of `text`.
    ///
    /// A standard output that does not take it ends the process with exit code 1: what reads it, or keeps it, would take
    /// the part for the whole. That is said, unless the reader went away (`… | head`). What standard error does not take
    /// is lost.
    public func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            var rest = UnsafeRawBufferPointer(utf8)
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, base, rest.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return failed(errno) }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }

    /// Closes the standard output, since some file systems say only then that they could not keep what was written.
    static func finishOutput() {
        guard close(STDOUT_FILENO) != 0, errno != EBADF else { return }
        output.failed(errno)
    }

    private func failed(_ number: Int32) {
        guard descriptor == STDOUT_FILENO else { return }
        if number != EPIPE {
            let reason = number == ENOSPC ? "the disk is full" : SystemReason.text(number)
            Standard.error.writeLines("\(Standard.programName): the standard output cannot be written: \(reason)")
        }
        cinterrupt_remove()
        _exit(EXIT_FAILURE)
    }

    /// The name that the process was started under.
    static var programName: String {
        URL(fileURLWithPath: CommandLine.arguments.first ?? "cap").lastPathComponent
    }
}
