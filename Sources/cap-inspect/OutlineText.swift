import Artifacts
import Essentials
import FoundationEssentials
import HDF5
import Terminal

extension Outline {
    /// The outline for people.
    ///
    /// - Parameter width: how many columns the values of a dataset may take; nil for as many as they need.
    func text(_ style: Style, withMeanings: Bool, isWhole: Bool, width: Int?) -> String {
        var parts = [tree(style, withMeanings: withMeanings, width: width)]
        if isWhole {
            parts.insert(heading(style), at: 0)
            if !provenance.isEmpty { parts.insert(Columns(provenance, style).text, at: 1) }
            if !parameters.isEmpty {
                parts.insert(
                    style.bold("parameters") + "\n" + Columns(parameters, style).text, at: parts.count - 1)
            }
        }
        return parts.joined(separator: "\n")
    }

    private var schema: ArtifactSchema? { text(\.schema).flatMap(ArtifactSchema.named) }

    /// What a dataset's numbers stand for; empty where they are numbers.
    func codes(of dataset: Dataset) -> [String] { schema?.dataset(dataset.path)?.codes ?? [] }

    private func heading(_ style: Style) -> String {
        let kind = text(\.schema) ?? "HDF5 file"
        var heading =
            style.bold(path.escapingControls()) + "  " + kind.escapingControls() + "  " + HumanReadable.bytes(byteCount) + "\n"
        if let schema { heading += schema.summary + "\n" }
        return heading
    }

    /// The root attributes, those of provenance first and in words.
    private var provenance: [(String, String)] {
        let common = CommonAttributes()
        return attributes.flatMap { attribute -> [(String, String)] in
            let json = try? JSONValue(parsing: attribute.value.description)
            switch (attribute.name, json) {
            case (common.schema.name, _): return []
            case (common.parameters.name, .object): return []
            case (common.elapsed.name, _): return [("time", Double("\(attribute.value)").map(HumanReadable.duration) ?? "")]
            case (common.peakMemory.name, _): return [("memory", Int("\(attribute.value)").map(HumanReadable.bytes) ?? "")]
            case (common.schemaVersion.name, _): return [("version", attribute.value.description)]
            case (common.software.name, .object(let versions)?): return [("software", software(versions))]
            case (common.inputs.name, .array(let list)?):
                return zip(["inputs"] + list.dropFirst().map { _ in "" }, list.map(input)).map { ($0, $1) }
            default: return [(attribute.name.replacing("_", with: " "), attribute.value.description)]
            }
        }
    }

    private func input(_ json: JSONValue) -> String {
        guard case .object(let fields) = json, case .string(let path)? = fields["path"],
            case .string(let identity)? = fields["identity"]
        else { return json.text }
        return "\(path) (\(identity.prefix(8)))"
    }

    private func software(_ versions: [String: JSONValue]) -> String {
        versions.sorted { $0.key < $1.key }.map { name, version in
            if case .string(let version) = version { "\(name) \(version)" } else { name }
        }.joined(separator: ", ")
    }

    private var parameters: [(String, String)] {
        guard let text = text(\.parameters), case .object(let parameters)? = try? JSONValue(parsing: text)
        else {
            return []
        }
        return parameters.sorted { $0.key < $1.key }.map { name, value in
            if case .string(let text) = value { (name, text) } else { (name, value.text) }
        }
    }

    /// Group by group, with the columns aligned over the whole file.
    private func tree(_ style: Style, withMeanings: Bool, width: Int?) -> String {
        let rows = datasets.map { Row($0, width: width) }
        let widths = Row.Widths(rows)
        var text = ""
        let members = Dictionary(grouping: rows, by: \.group)
        for (path, attributes) in [("", [])] + groups.map({ ($0.path, $0.attributes) }) {
            let members = members[path] ?? []
            if !path.isEmpty && !(members.isEmpty && attributes.isEmpty) {
                text += style.bold(path.escapingControls() + "/") + "\n"
            }
            for attribute in attributes {
                let name = attribute.name.escapingControls()
                text += style.dim("  @\(name) = \(Outline.quoted(attribute.value))") + "\n"
            }
            for row in members { text += row.text(widths, style, withMeaning: withMeanings) }
        }
        for link in links { text += link.escapingControls() + style.dim("  (link)") + "\n" }
        return text
    }

    static func quoted(_ value: AttributeValue) -> String {
        if case .string(let text) = value { Row.quoted(text) } else { value.description.escapingControls() }
    }
}
