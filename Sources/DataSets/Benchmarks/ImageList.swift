import Essentials
import FoundationEssentials

/// An image list of the ELEVATER layout: `<archive>@<path inside the archive> <label>` per line.
///
/// The label is what follows the last space; the path is what follows the last `@` before it, so class
/// folders may have spaces in their names.
struct ImageList {
    struct Line {
        let number: Int
        let path: String
        let label: Int
    }

    let name: String
    let path: String
    let lines: [Line]

    init(_ name: String, in files: KnownFiles) throws {
        self.name = name
        path = files.absolute(name)
        var lines: [Line] = []
        for (number, text) in zip(1..., try ListFile(at: path).lines) {
            let text = text.trimmingSpaces()
            if text.isEmpty { continue }
            guard let space = text.lastIndex(of: " "), let label = Int(text[text.index(after: space)...])
            else {
                throw DataSetError(
                    "Line \(number) of \(path) is not a path, a space and a label: \"\(text)\".")
            }
            let named = text[..<space].trimmingSpaces()
            let inside = named.lastIndex(of: "@").map { String(named[named.index(after: $0)...]) } ?? named
            guard !inside.isEmpty else {
                throw DataSetError("Line \(number) of \(path) names no image: \"\(text)\".")
            }
            lines.append(Line(number: number, path: inside, label: label))
        }
        guard !lines.isEmpty else { throw DataSetError("The list \(path) is empty.") }
        self.lines = lines
    }

    /// The label of a line, once it is known to be one of the classes.
    func label(_ line: Line, of classes: [ClassName]) throws -> Int {
        guard classes.indices.contains(line.label) else {
            throw DataSetError(
                "Line \(line.number) of \(path) has the label \(line.label), but there are \(classes.count) "
                    + "classes (0 to \(classes.count - 1)).")
        }
        return line.label
    }

    /// Whether the first image of the list `name` lies in a folder that is called like one of the classes.
    static func begins(_ name: String, in files: KnownFiles, withOneOf classes: [String]) -> Bool {
        guard files.file(name) != nil, let list = try? ImageList(name, in: files),
            let first = list.lines.first,
            let folder = first.path.split(separator: "/").first
        else { return false }
        return classes.contains(String(folder))
    }
}
