import FoundationEssentials

/// The most memory that a process has held.
public enum PeakMemory {
    /// Resident memory in bytes; nil where the system does not say.
    ///
    /// From the process's own status: what `getrusage` says is at least what the program that started this one held.
    public static var ofThisProcess: Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        // "VmHWM:     1624 kB"
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
}
