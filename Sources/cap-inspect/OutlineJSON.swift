import Artifacts
import Essentials
import HDF5

extension Outline {
    /// The outline for programs: attributes whose text is JSON appear as JSON.
    var json: JSONValue {
        var fields: [String: JSONValue] = [
            "file": .string(path),
            "bytes": .int(byteCount),
            "attributes": Outline.json(attributes),
            "groups": .object(
                Dictionary(groups.map { ($0.path, Outline.json($0.attributes)) }) { first, _ in first }),
            "datasets": .array(datasets.map(Outline.json)),
            "links": .array(links.map { .string($0) }),
        ]
        for key in [\CommonAttributes.parameters, \.inputs, \.sources, \.software] {
            guard let text = text(key), let value = try? JSONValue(parsing: text) else { continue }
            fields[CommonAttributes()[keyPath: key].name] = value
        }
        return .object(fields)
    }

    private static func json(_ dataset: Dataset) -> JSONValue {
        var fields: [String: JSONValue] = [
            "path": .string(dataset.path),
            "type": .string(dataset.type),
            "shape": dataset.shape.map { .array($0.map { .int($0) }) } ?? .null,
            "dimensions": .array(dataset.dimensions.map { .string($0) }),
            "unit": dataset.unit.map { .string($0) } ?? .null,
            "description": dataset.description.map { .string($0) } ?? .null,
            "attributes": json(dataset.attributes),
        ]
        switch dataset.firstValues {
        case .ints(let values): fields["values"] = .array(values.map { .int(Int($0)) })
        case .floats(let values): fields["values"] = .array(values.map { .double($0) })
        case .strings(let values): fields["values"] = .array(values.map { .string($0) })
        case .none: fields["values"] = .null
        }
        if let problem = dataset.problem { fields["problem"] = .string(problem) }
        return .object(fields)
    }

    private static func json(_ attributes: [Attribute]) -> JSONValue {
        .object(Dictionary(attributes.map { ($0.name, json($0.value)) }) { first, _ in first })
    }

    private static func json(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .string(let value): .string(value)
        case .int(let value): .int(Int(value))
        case .float(let value): .double(value)
        case .strings(let values): .array(values.map { .string($0) })
        case .ints(let values): .array(values.map { .int(Int($0)) })
        case .floats(let values): .array(values.map { .double($0) })
        case .other(let description): .string(description)
        }
    }
}
