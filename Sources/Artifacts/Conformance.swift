import HDF5

/// Whether a file is exactly what the registry, and so the documentation, says.
public enum Conformance {
    /// Everything in which a file departs from its schema: missing or undocumented datasets and attributes, types,
    /// dimension names, units and descriptions. Empty if there is nothing.
    ///
    /// Opening a file with ``ArtifactReader`` checks what reading relies on; this is the stricter check for tests.
    public static func departures(ofFile path: String) throws -> [String] {
        let reader = try ArtifactReader(anyKind: path)
        let schema = reader.schema
        let outline = try Outline(of: path, values: 0)
        var departures: [String] = []

        let attributes = Dictionary(outline.attributes.map { ($0.name, $0.value) }) { first, _ in first }
        let known = ArtifactSchema.commonAttributes + schema.attributes
        for entry in known {
            switch (entry.kind, attributes[entry.name]) {
            case (.string, .string?), (.int, .int?), (.float, .float?): break
            case (_, nil): if !entry.isOptional { departures.append("attribute \(entry.name) is missing") }
            case (_, let value?):
                departures.append("attribute \(entry.name) is \(value), not \(entry.kind.rawValue)")
            }
        }
        for name in attributes.keys.sorted() where !known.contains(where: { $0.name == name }) {
            departures.append("attribute \(name) is not documented")
        }

        for dataset in outline.datasets {
            guard let entry = schema.dataset(dataset.path) else {
                departures.append("dataset \(dataset.path) is not documented")
                continue
            }
            if dataset.type != entry.type.rawValue {
                departures.append("\(entry.path) is \(dataset.type), not \(entry.type.rawValue)")
            }
            if dataset.dimensions != entry.dimensions {
                departures.append(
                    "\(entry.path) has dimensions \(dataset.dimensions), not \(entry.dimensions)")
            }
            if dataset.unit != entry.unit {
                departures.append("\(entry.path) has unit \(dataset.unit ?? "none"), not \(entry.unit)")
            }
            if dataset.description != entry.meaning {
                departures.append(
                    "\(entry.path) has description \(dataset.description ?? "none"), not \(entry.meaning)")
            }
        }
        let present = Set(outline.datasets.map(\.path))
        for entry in schema.datasets where !entry.isOptional && !present.contains(entry.path) {
            departures.append("dataset \(entry.path) is missing")
        }
        return departures
    }
}
