import FoundationEssentials

/// The executable that this process runs.
public enum OwnProgram {
    /// Itself, and no link that it was called by.
    public static var file: URL { URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath() }

    /// Where the other commands lie as well.
    public static var folder: URL { file.deletingLastPathComponent() }
}
