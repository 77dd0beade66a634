import Artifacts
import Essentials
import FoundationEssentials
import Outputs
import Parameters

/// `review.json` as it is read and written (docs/review.md).
extension Review {
    /// What the file is called, beside a run's artifacts.
    public static let fileName = "review.json"
    /// The most bytes that a review has: one of a million images is shorter.
    public static let mostBytes = 256 << 20

    private static let version = 1

    /// Reads a file and checks all that can be checked without the run.
    ///
    /// - Throws: ``ReviewError`` naming the file, the place in it and the mend.
    public init(contentsOf path: String) throws {
        let data: Data
        do {
            data = try FileBytes.read(path, upTo: Self.mostBytes + 1)
        } catch {
            throw ReviewError("\(path): cannot be read: \(SystemReason.text(error))")
        }
        try self.init(data, from: path)
    }

    /// Reads a file as ``init(contentsOf:)`` does; says nothing where there is none.
    public init(contentsOfFileIfThere path: String) throws {
        self = try FileManager.default.fileExists(atPath: path) ? Review(contentsOf: path) : Review()
    }

    /// - Parameter path: what the data is called in errors.
    public init(_ data: Data, from path: String) throws {
        guard data.count <= Self.mostBytes else { throw ReviewError("\(path): is larger than 256 MB, so it is no review") }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data)
        } catch {
            throw ReviewError(
                "\(path): is not JSON (a comma or a quote may be missing or one too many); docs/review.md shows what it looks like"
            )
        }
        if let name = JSONValue.repeatedName(in: data) {
            throw ReviewError("\(path): says \"\(name)\" twice, and one of the two would be lost: remove one")
        }
        guard case .object(let fields) = value else {
            throw ReviewError("\(path): must be an object in braces with \"labels\" and \"classes\" (docs/review.md)")
        }
        let known = ["review", "labels", "classes"]
        if let other = fields.keys.sorted().first(where: { !known.contains($0) }) {
            throw ReviewError(
                "\(path): has \"\(other)\", which means nothing\(Suggestion.clause(for: other, in: known)) (docs/review.md)")
        }
        if let given = fields["review"] {
            guard case .int(let version) = given, version > 0 else {
                throw ReviewError("\(path): \"review\" is the number of the format: write \(Self.version), or leave it out")
            }
            guard version <= Self.version else {
                throw ReviewError("\(path): was written by a newer version of CAP (format \(version)); update CAP")
            }
        }
        self.init(
            classes: try Self.object(fields["classes"], "classes", path).reduce(into: [:]) { notes, entry in
                let note = try Self.note(entry.value, of: entry.key, path)
                if !note.isEmpty { notes[entry.key] = note }
            },
            labels: try Self.object(fields["labels"], "labels", path).reduce(into: [:]) { labels, entry in
                switch entry.value {
                case .string(let name): labels[entry.key] = .of(name)
                case .null: labels[entry.key] = Answer.none
                default:
                    throw ReviewError(
                        "\(path): the label of \(entry.key) must be a class's name in quotes, or null for an image of no class")
                }
            })
    }

    private static func object(_ value: JSONValue?, _ name: String, _ path: String) throws -> [String: JSONValue] {
        switch value {
        case nil, .null: return [:]
        case .object(let entries): return entries
        default:
            throw ReviewError(
                "\(path): \"\(name)\" must be an object in braces, of "
                    + (name == "labels" ? "an image's path → its class" : "a class's name → what is said of it")
                    + " (docs/review.md)")
        }
    }

    private static func note(_ value: JSONValue, of className: String, _ path: String) throws -> ClassNote {
        guard case .object(let fields) = value else {
            throw ReviewError(
                "\(path): what is said of the class \(className) must stand in braces, such as {\"description\": \"…\"}")
        }
        var note = ClassNote()
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            let known: [String: WritableKeyPath<ClassNote, String?>] = [
                "name": \.name, "description": \.description, "same_as": \.sameAs,
            ]
            guard let field = known[key] else {
                throw ReviewError(
                    "\(path): the class \(className) has \"\(key)\", which means nothing"
                        + "\(Suggestion.clause(for: key, in: known.keys.sorted())) (docs/review.md)")
            }
            if case .null = value { continue }
            guard case .string(let text) = value else {
                throw ReviewError("\(path): \"\(key)\" of the class \(className) must be a text in quotes")
            }
            note[keyPath: field] = try checked(text, key, of: className, path)
        }
        return note
    }

    /// The most characters that CLIP may see: its context holds fewer words.
    private static let mostCharacters = 1000

    private static func checked(_ text: String, _ key: String, of className: String, _ path: String) throws -> String? {
        if key == "same_as" { return text }
        let text = text.trimmingWhitespace()
        guard !text.contains(where: \.isNewline),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ReviewError("\(path): \"\(key)\" of the class \(className) must be one line of plain text")
        }
        guard text.count <= mostCharacters else {
            throw ReviewError(
                "\(path): \"\(key)\" of the class \(className) has \(text.count) characters: CLIP reads a sentence, "
                    + "so write at most \(mostCharacters)")
        }
        return text.isEmpty ? nil : text
    }

    // MARK: - Writing

    /// The file's content: sorted, so that equal reviews are equal files.
    public var text: String {
        var fields: [String: JSONValue] = ["review": .int(Self.version)]
        fields["classes"] = .object(
            classes.filter { !$0.value.isEmpty }.mapValues { note in
                var entry: [String: JSONValue] = [:]
                entry["name"] = note.name.map { .string($0) }
                entry["description"] = note.description.map { .string($0) }
                entry["same_as"] = note.sameAs.map { .string($0) }
                return .object(entry)
            })
        fields["labels"] = .object(
            labels.mapValues { answer in
                switch answer {
                case .of(let name): .string(name)
                case .none: .null
                }
            })
        return JSONValue.object(fields).indentedText + "\n"
    }

    /// Writes the file, which appears when it is complete.
    ///
    /// - Throws: `OutputError` where it cannot be written.
    public func write(to path: String) throws {
        let file = try PartialText(path)
        try file.write(text)
        try file.commit()
    }
}
