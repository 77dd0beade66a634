import Essentials
import FoundationEssentials
import Glibc

/// A file that is there before it is written, and that nothing may be read from.
///
/// ```swift
/// let existing = ExistingOutput("predictions.csv")
/// for path in paths { try existing?.requireOther(than: path) }
/// ```
public struct ExistingOutput: Sendable {
    public let path: String
    private let identity: FileIdentity

    /// nil where there is none, which is the common case and costs nothing further.
    public init?(_ path: String) {
        guard let identity = FileIdentity(path) else { return nil }
        self.path = path
        self.identity = identity
    }

    /// - Throws: ``OutputError`` where `input` is this very file, by its place on the disk.
    public func requireOther(than input: String) throws {
        guard FileIdentity(input) == identity else { return }
        throw OutputError("\(path): is what is read as well (\(input)); name another file to write")
    }

    /// Refuses to write what a command line reads: a file that it names, or one below a folder that it names; and one file twice.
    ///
    /// An HDF5 file below such a folder is one that was written there before and is replaced: data sets are no HDF5 files.
    ///
    /// - Parameters:
    ///   - outputs: what the command writes.
    ///   - arguments: the command line without the program, those of the outputs among it.
    ///   - ofRuns: whether its folders are those of runs, of which artifacts alone are read: pages and tables there are replaced.
    /// - Throws: ``OutputError`` naming the output.
    public static func check(_ outputs: [String], arguments: [String], ofRuns: Bool = false) throws {
        var places: Set<String> = []
        for output in outputs where !places.insert(place(of: output)).inserted {
            throw OutputError("\(output): is to be written twice; give each file a name of its own")
        }
        let existing = outputs.compactMap(ExistingOutput.init)
        guard !existing.isEmpty else { return }
        let paths = arguments.map { argument in (path: path(in: argument), identity: FileIdentity(path(in: argument))) }
        for output in existing {
            let named = paths.filter { $0.identity == output.identity }
            // Its own mention is no input; two outputs of one place are one too many.
            let isNamed = named.contains { $0.path == output.path }
            if named.count > (isNamed ? 1 : 0) {
                throw OutputError("\(output.path): is what is read as well; name another file to write")
            }
            guard !ofRuns, let place = realPath(output.path), !isHDF5(output.path) else { continue }
            for (path, identity) in paths where identity != nil && identity != output.identity {
                guard isFolder(path), let folder = realPath(path), place.hasPrefix(folder == "/" ? "/" : folder + "/") else {
                    continue
                }
                throw OutputError(
                    "\(output.path): lies in \(path), which is read; name another file to write, or remove it first")
            }
        }
    }

    /// A path by which files that are not there yet can be told apart.
    private static func place(of path: String) -> String {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        return (realPath(url.deletingLastPathComponent().path) ?? "") + "/" + url.lastPathComponent
    }

    /// The path that an argument is or holds: `path`, `--option=path`, `-opath`.
    private static func path(in argument: String) -> String {
        guard argument.hasPrefix("-"), FileIdentity(argument) == nil else { return argument }
        if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
            return String(argument[argument.index(after: equals)...])
        }
        return String(argument.dropFirst(2))
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isHDF5(_ path: String) -> Bool {
        (try? FileBytes.read(path, upTo: 8)) == Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
    }
}
