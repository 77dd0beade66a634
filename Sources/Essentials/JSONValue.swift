import FoundationEssentials

/// A JSON value, for parameters whose set differs from command to command.
public enum JSONValue: Sendable, Equatable, Codable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Parses JSON text.
    public init(parsing text: String) throws { try self.init(parsing: Data(text.utf8)) }

    /// Parses JSON text in UTF-8.
    public init(parsing text: Data) throws { self = try JSONDecoder().decode(JSONValue.self, from: text) }

    /// The first name that an object in JSON text has twice, of which a parser keeps one; nil where there is none.
    ///
    /// - Parameter text: JSON that ``init(parsing:)`` takes.
    public static func repeatedName(in text: Data) -> String? {
        let bytes = Array(text)
        // The names of each object that is open, nil for an array, and whether a name comes next.
        var open: [Set<String>?] = []
        var isName = false
        var position = 0
        while position < bytes.count {
            defer { position += 1 }
            switch bytes[position] {
            case UInt8(ascii: "{"):
                open.append([])
                isName = true
            case UInt8(ascii: "["):
                open.append(nil)
                isName = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open.removeLast()
                isName = false
            case UInt8(ascii: ","): isName = open.last.map { $0 != nil } ?? false
            case UInt8(ascii: ":"): isName = false
            case UInt8(ascii: "\""):
                let start = position
                var isPlain = true
                position += 1
                while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                    if bytes[position] == UInt8(ascii: "\\") {
                        isPlain = false
                        position += 1
                    }
                    position += 1
                }
                guard isName, position < bytes.count else { continue }
                // A parser for each name would take longer than all else.
                let found =
                    isPlain
                    ? String(decoding: bytes[start + 1..<position], as: UTF8.self)
                    : try? JSONValue(parsing: Data(bytes[start...position])).asString
                guard let name = found else { continue }
                guard open[open.count - 1]?.insert(name).inserted == true else { return name }
            default: break
            }
        }
        return nil
    }

    /// JSON text on one line with sorted keys: equal values give equal text.
    public var text: String { encoded([.sortedKeys, .withoutEscapingSlashes]) }

    /// JSON text for reading, with sorted keys.
    public var indentedText: String { encoded([.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) }

    private func encoded(_ formatting: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        // Encoding cannot fail: keys are strings and non-finite numbers are written as null below.
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        // JSON has no NaN and no infinity.
        case .double(let value):
            if value.isFinite { try container.encode(value) } else { try container.encodeNil() }
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

/// What a value is, where it is of that kind.
extension JSONValue {
    public var asString: String? { if case .string(let value) = self { value } else { nil } }
    public var asInt: Int? { if case .int(let value) = self { value } else { nil } }
    public var asArray: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var asObject: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }
}
