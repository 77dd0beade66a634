import Essentials

extension JSONValue {
    /// A number as a label; a truth is 1 or 0. nil for what is no number.
    var numberText: String? {
        switch self {
        case .bool(let value): value ? "1" : "0"
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .null, .string, .array, .object: nil
        }
    }
}
