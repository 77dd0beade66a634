import Artifacts
import Foundation
import HDF5
import Terminal

extension Outline {
    /// The outline for people.
    func text(_ style: Style, withMeanings: Bool, isWhole: Bool) -> String {
        var text = ""
        if isWhole {
            text += heading(style) + "\n"
            text += Columns(provenance, style).text
            if !parameters.isEmpty {
                text += "\n" + style.bold("parameters") + "\n" + Columns(parameters, style).text
            }
            text += "\n"
        }
        return text + tree(style, withMeanings: withMeanings)
    }

    private var schema: ArtifactSchema? { text("schema").flatMap(ArtifactSchema.named) }

    private func heading(_ style: Style) -> String {
        let kind = text("schema") ?? "HDF5 file"
        var heading = style.bold(path) + "  " + kind + "  " + HumanReadable.bytes(byteCount) + "\n"
        if let schema { heading += schema.summary + "\n" }
        return heading
    }

    /// The root attributes, those of provenance first and in words.
    private var provenance: [(String, String)] {
        attributes.compactMap { attribute in
            switch attribute.name {
            case "schema", "parameters": return nil
            case "schema_version": return ("version", attribute.value.description)
            case "inputs", "software":
                guard let json = try? JSONValue(parsing: attribute.value.description) else { break }
                let list = attribute.name == "inputs" ? inputs(json) : software(json)
                return (attribute.name, list.isEmpty ? "none" : list.joined(separator: ", "))
            default: break
            }
            return (attribute.name.replacing("_", with: " "), attribute.value.description)
        }
    }

    private func inputs(_ json: JSONValue) -> [String] {
        guard case .array(let inputs) = json else { return [] }
        return inputs.compactMap { input in
            guard case .object(let fields) = input, case .string(let path)? = fields["path"],
                case .string(let identity)? = fields["identity"]
            else { return nil }
            return "\(path) (\(identity.prefix(8)))"
        }
    }

    private func software(_ json: JSONValue) -> [String] {
        guard case .object(let versions) = json else { return [] }
        return versions.sorted { $0.key < $1.key }.map { name, version in
            if case .string(let version) = version { "\(name) \(version)" } else { name }
        }
    }

    private var parameters: [(String, String)] {
        guard let text = text("parameters"), case .object(let parameters)? = try? JSONValue(parsing: text) else {
            return []
        }
        return parameters.sorted { $0.key < $1.key }.map { name, value in
            if case .string(let text) = value { (name, text) } else { (name, value.text) }
        }
    }

    /// Group by group, with the columns aligned over the whole file.
    private func tree(_ style: Style, withMeanings: Bool) -> String {
        let rows = datasets.map { Row($0) }
        let widths = Row.Widths(rows)
        var text = ""
        for path in [""] + groups.map(\.path) {
            let members = rows.filter { $0.group == path }
            let attributes = groups.first { $0.path == path }?.attributes ?? []
            if !path.isEmpty && !(members.isEmpty && attributes.isEmpty) { text += style.bold(path + "/") + "\n" }
            for attribute in attributes {
                text += style.dim("  @\(attribute.name) = \(Outline.quoted(attribute.value))") + "\n"
            }
            for row in members { text += row.text(widths, style, withMeaning: withMeanings) }
        }
        for link in links { text += link + style.dim("  (link)") + "\n" }
        return text
    }

    static func quoted(_ value: AttributeValue) -> String {
        if case .string(let text) = value { Row.quoted(text) } else { value.description }
    }
}
