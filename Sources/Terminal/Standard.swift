import Foundation

/// One of the process's standard streams.
public struct Standard: Sendable {
    public static let output = Standard(descriptor: STDOUT_FILENO)
    public static let error = Standard(descriptor: STDERR_FILENO)

    private let descriptor: Int32

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

    /// Writes lines of their own: a progress bar that stands there gives way, and draws itself again below.
    public func writeLines(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    /// Writes all of `text`; a stream that is closed loses it.
    public func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            var rest = UnsafeRawBufferPointer(utf8)
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, base, rest.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }
}
