import Foundation

/// The most memory that a process has held.
public enum PeakMemory {
    /// Resident memory in bytes; nil where the system does not say.
    public static var ofThisProcess: Int? {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        // Linux counts in kibibytes.
        return Int(usage.ru_maxrss) * 1024
    }
}
