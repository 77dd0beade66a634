import Essentials
import FoundationEssentials
import Parameters

/// Reads a YAML file of values, all of whose names are known.
struct ValueFile {
    let file: URL
    /// What relative paths in it are relative to.
    let base: URL
    /// Values by the parameter's name.
    var values: [String: String] = [:]
    /// What is no parameter, by its name.
    var others: [String: YAML] = [:]

    /// - Parameter known: names besides those of parameters.
    init(contentsOf file: URL, relativeTo base: URL, known: Set<String> = []) throws {
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw PipelineError("\(file.path): cannot be read: \(SystemReason.text(error))")
        }
        let node: YAML?
        do {
            node = try YAML.document(in: text)
        } catch {
            throw PipelineError("\(file.path): is no YAML: \(error)")
        }
        try self.init(node, file: file, base: base, known: known)
    }

    init(_ node: YAML?, file: URL, base: URL, known: Set<String> = []) throws {
        self.file = file
        self.base = base
        guard let node, !node.isNull else { return }
        guard let entries = node.entries else { throw PipelineError("\(file.path): expected are lines of NAME: VALUE.") }
        for (key, value) in entries {
            guard let name = key.text else { throw PipelineError("\(file.path): expected are lines of NAME: VALUE.") }
            if known.contains(name) {
                others[name] = value
            } else {
                values[name] = try text(of: value, named: name, known: known)
            }
        }
    }

    private func text(of node: YAML, named name: String, known: Set<String>) throws -> String {
        guard let parameter = Parameters.named(name) else {
            let names = Parameters.all.map(\.name) + known
            throw PipelineError(
                "\(file.path): there is no parameter \(name)\(Suggestion.clause(for: name, in: names)) (docs/parameters.md)")
        }
        let text: String
        if let scalar = node.text {
            text = scalar
        } else if let items = node.items, parameter.kind == .list {
            text = items.compactMap(\.text).joined(separator: "|")
        } else {
            throw PipelineError("\(file.path): \(name) needs one value.")
        }
        do {
            _ = try parameter.value(text)
        } catch let error as ParameterError {
            throw PipelineError(error.text(.file(file.path)))
        }
        guard parameter.kind == .file else { return text }
        return HomePath.expanded(text, relativeTo: base)
    }
}

/// Paths as people write them.
enum HomePath {
    /// The whole path that `path` stands for, with a leading ~ as a shell has it.
    static func expanded(_ path: String, relativeTo base: URL) -> String {
        if path == "~" || path.hasPrefix("~/") {
            return FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
        }
        return path.hasPrefix("/") ? path : base.appendingPathComponent(path).standardizedFileURL.path
    }
}
