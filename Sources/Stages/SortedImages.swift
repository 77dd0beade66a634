import Artifacts
import Essentials
import FoundationEssentials
import Glibc

/// Image files put into a folder for each class, as copies or links. What is there is never replaced.
public struct SortedImages {
    /// What a command line asks for.
    public struct Choice: Sendable {
        public var folder: String
        /// Symbolic links instead of copies.
        public var links: Bool

        public init(folder: String, links: Bool) {
            self.folder = folder
            self.links = links
        }
    }

    public struct Counts: Sendable {
        /// Files that were made.
        public var placed = 0
        /// Files that were there already, the same.
        public var there = 0
        public var folders = 0
    }

    public private(set) var counts = Counts()
    private let choice: Choice
    /// The folder of each class; two whose names become one on some disk have two.
    private let folders: [String]
    private var made: Set<Int> = []

    /// - Parameter inputs: files and folders that images are read from.
    /// - Throws: `ArtifactError` where what is put there would be read again.
    init(_ choice: Choice, classNames: [String], inputs: [String]) throws {
        self.choice = choice
        var taken: Set<String> = []
        folders = classNames.map { className in
            let name = Self.safe(className)
            let free = (1...).lazy.map { $0 == 1 ? name : "\(name)-\($0)" }.first { !taken.contains($0.lowercased()) } ?? name
            taken.insert(free.lowercased())
            return choice.folder + "/" + free
        }
        func place(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path }
        let own = place(choice.folder)
        for input in inputs where input != "-" {
            let other = place(input)
            if own == other || own.hasPrefix(other == "/" ? "/" : other + "/") {
                throw ArtifactError("\(choice.folder): lies in \(input), whose images are read; sort into another folder")
            }
        }
    }

    /// Puts a file into the folder of a class, under its own name or, where another has that, one with a number.
    ///
    /// - Throws: `ArtifactError` naming the file that cannot be made.
    mutating func add(_ path: String, to label: Int) throws {
        let folder = folders[label]
        if made.insert(label).inserted {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw ArtifactError("\(folder): cannot be made: \(SystemReason.text(error))")
            }
            counts.folders += 1
        }
        let source = URL(fileURLWithPath: path).standardizedFileURL
        let name = Self.safe(source.lastPathComponent)
        let (stem, ending) = Self.parts(of: name)
        for number in 1... {
            let target = folder + "/" + (number == 1 ? name : "\(stem)-\(number)\(ending)")
            switch try place(source.path, at: target) {
            case .placed: counts.placed += 1
            case .same: counts.there += 1
            case .taken: continue
            }
            return
        }
    }

    private enum Outcome { case placed, same, taken }

    private func place(_ source: String, at target: String) throws -> Outcome {
        if choice.links {
            guard symlink(source, target) != 0 else { return .placed }
            guard errno == EEXIST else { throw Self.error(target) }
            return (try? FileManager.default.destinationOfSymbolicLink(atPath: target)) == source ? .same : .taken
        }
        var status = stat()
        if lstat(target, &status) == 0 {
            return FileManager.default.contentsEqual(atPath: source, andPath: target) ? .same : .taken
        }
        let partial = target + ".\(String(UInt64.random(in: .min ... .max), radix: 16)).partial"
        defer { unlink(partial) }
        do {
            try FileManager.default.copyItem(
                atPath: URL(fileURLWithPath: source).resolvingSymlinksInPath().path, toPath: partial)
        } catch {
            throw ArtifactError("\(target): cannot be written: \(SystemReason.text(error))")
        }
        // A link fails where another program has made the file meanwhile; some file systems have no links.
        if link(partial, target) == 0 { return .placed }
        if errno == EEXIST { return .taken }
        guard lstat(target, &status) != 0, rename(partial, target) == 0 else { throw Self.error(target) }
        return .placed
    }

    /// The most bytes of a name that file systems take, less what a number and a partial file's ending need.
    private static let mostBytes = 200

    /// A name as all file systems take it: without what separates folders, what Windows gives a meaning, and what is not seen,
    /// and not hidden.
    static func safe(_ name: String) -> String {
        var safe = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: "_"
                    default: "/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "_" : scalar
                    }
                }))
        let (stem, ending) = parts(of: safe)
        if safe.utf8.count > mostBytes {
            var short = stem
            while short.utf8.count + ending.utf8.count > mostBytes, !short.isEmpty { short.removeLast() }
            safe = short + ending
        }
        var scalars = safe.unicodeScalars[...]
        while scalars.last == " " || scalars.last == "." { scalars.removeLast() }
        guard let first = scalars.first, !". -".unicodeScalars.contains(first) else { return "_" + String(scalars.dropFirst()) }
        return String(scalars)
    }

    /// A name before and from its last dot on; an ending is short.
    private static func parts(of name: String) -> (stem: String, ending: String) {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex, name.distance(from: dot, to: name.endIndex) <= 10 else {
            return (name, "")
        }
        return (String(name[..<dot]), String(name[dot...]))
    }

    private static func error(_ target: String) -> ArtifactError {
        ArtifactError("\(target): cannot be written: \(SystemReason.text(errno))")
    }
}
