import Essentials
import FoundationEssentials
import Glibc

/// Reads a JSON file into a decodable type and turns what does not fit into a sentence naming the file and
/// the key.
func decodeJSON<Value: Decodable>(_ type: Value.Type, from url: URL) throws -> Value {
    try decodeJSON(type, from: jsonData(of: url), named: url.path)
}

/// The bytes of a JSON file.
func jsonData(of url: URL) throws -> Data {
    let data: Data
    do {
        data = try Data(contentsOf: url)
    } catch {
        throw CLIPError("\(url.path) cannot be read: \(reason(error)).")
    }
    try refusePointer(data.prefix(64), url)
    return data
}

func decodeJSON<Value: Decodable>(_ type: Value.Type, from data: Data, named name: String) throws -> Value {
    do {
        return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
        throw CLIPError("\(name): \(sentence(error))")
    } catch {
        throw CLIPError("\(name) is not valid JSON.")
    }
}

private func sentence(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
        let keys = (path + (last.map { [$0] } ?? [])).map(\.stringValue)
        return keys.isEmpty ? "the top level" : "\"\(keys.joined(separator: "."))\""
    }
    switch error {
    case .typeMismatch(let type, let context):
        return "\(place(context.codingPath)) should be \(spoken(type))."
    case .valueNotFound(let type, let context):
        return "\(place(context.codingPath)) is null; it should be \(spoken(type))."
    case .keyNotFound(let key, let context):
        return "\(place(context.codingPath, key)) is missing."
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
        return "\(place(context.codingPath)) has a value that does not fit: \(context.debugDescription)"
    default:
        return "this is not valid JSON."
    }
}

private func spoken(_ type: Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type: "a number"
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    default: "a JSON object"
    }
}

/// The short reason of a file system error ("No such file or directory"), without the library's own wrapping.
func reason(_ error: any Error) -> String {
    SystemReason.number(error).map { String(cString: strerror($0)) } ?? SystemReason.text(error)
}
