import Artifacts
import DataSets
import Essentials
import FoundationEssentials
import Glibc

/// The paths of the images to predict, one after another: files, the files below folders, and paths in lists.
///
/// Nothing is read before it is asked for, so a list may be as long as it likes, and may still be being written.
struct ImagePaths: Sequence, IteratorProtocol {
    /// What is still to be given out, the next last.
    private var pending: [Source]

    /// Files and folders within those that were named which the system keeps for itself, and which were passed over.
    private(set) var systemFiles = 0

    private enum Source {
        case path(String)
        /// A folder's entry, which may be a folder itself.
        case entry(String)
        case lines(Lines)
    }

    /// - Parameters:
    ///   - inputs: files and folders; `-` stands for the standard input.
    ///   - lists: files with a path a line; `-` likewise.
    /// - Throws: ``ArtifactError`` naming an input that is not there.
    init(_ inputs: [String], lists: [String]) throws {
        pending = try inputs.map { input in
            if input == "-" { return .lines(try Lines("-")) }
            guard FileManager.default.fileExists(atPath: input) else {
                throw ArtifactError("\(input): no such file or folder")
            }
            return .entry(input)
        }
        pending += try lists.map { .lines(try Lines($0)) }
        pending.reverse()
    }

    mutating func next() -> String? {
        while let source = pending.popLast() {
            switch source {
            case .path(let path):
                return path
            case .entry(let path):
                guard FileBytes.isFolder(path) else { return path }
                pending += entries(of: path).reversed()
            case .lines(let lines):
                guard let line = lines.next() else { continue }
                pending.append(source)
                return line
            }
        }
        return nil
    }

    /// Whether the next path is there without waiting for whoever writes it.
    var isReady: Bool {
        guard case .lines(let lines)? = pending.last else { return true }
        return lines.isReady
    }

    /// The files and folders in a folder in bytewise order, without the system's and links to folders, which may be loops. A folder
    /// that cannot be listed is given out itself: whoever reads it finds out why.
    private mutating func entries(of folder: String) -> [Source] {
        guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [.path(folder)] }
        let names = all.filter { !SystemName.contains($0) }
        systemFiles += all.count - names.count
        return
            names
            .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            .compactMap { name in
                let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
                let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
                if FileBytes.isFolder(path) { return isLink ? nil : .entry(path) }
                return .path(path)
            }
    }

    /// The lines of a file or of the standard input, read as they come.
    private final class Lines {
        private let descriptor: Int32
        private var buffer: [UInt8] = []
        private var start = 0
        private var isAtEnd = false

        init(_ path: String) throws {
            descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw ArtifactError("\(path): cannot be read: \(SystemReason.text(errno))")
            }
        }

        deinit {
            close(descriptor)
        }

        /// Whether a whole line is there, or the end.
        var isReady: Bool { isAtEnd || buffer[start...].contains(UInt8(ascii: "\n")) || hasInput }

        private var hasInput: Bool {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&request, 1, 0) > 0
        }

        /// The next line that is not blank.
        func next() -> String? {
            while true {
                if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                    let line = text(start..<end)
                    start = end + 1
                    if !line.isEmpty { return line }
                } else if isAtEnd {
                    let line = text(start..<buffer.count)
                    start = buffer.count
                    return line.isEmpty ? nil : line
                } else {
                    fill()
                }
            }
        }

        private func text(_ range: Range<Int>) -> String {
            let line = String(decoding: buffer[range], as: UTF8.self)
            return line.hasSuffix("\r") ? String(line.dropLast()) : line
        }

        private func fill() {
            buffer.removeFirst(start)
            start = 0
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                buffer += chunk[..<count]
            } else if count == 0 || errno != EINTR {
                isAtEnd = true
            }
        }
    }
}
