import HDF5
import Vocabulary

/// What a root attribute may hold: text, integers, numbers, and what stands for one of a few things.
public protocol AttributeKeyValue: Sendable {
    static var attributeKind: AttributeSchema.Kind { get }
    /// What it is, as in "is not text".
    static var inWords: String { get }
    /// nil where `stored` is something else.
    init?(stored: AttributeValue)
    func store(_ name: String, in attributes: Attributes) throws
}

extension String: AttributeKeyValue {
    public static var attributeKind: AttributeSchema.Kind { .string }
    public static var inWords: String { "text" }
    public func store(_ name: String, in attributes: Attributes) throws { try attributes.set(name, to: self) }

    public init?(stored: AttributeValue) {
        guard case .string(let value) = stored else { return nil }
        self = value
    }
}

extension Int: AttributeKeyValue {
    public static var attributeKind: AttributeSchema.Kind { .int }
    public static var inWords: String { "an integer" }
    public func store(_ name: String, in attributes: Attributes) throws { try attributes.set(name, to: Int64(self)) }

    public init?(stored: AttributeValue) {
        guard case .int(let value) = stored, let value = Int(exactly: value) else { return nil }
        self = value
    }
}

extension Double: AttributeKeyValue {
    public static var attributeKind: AttributeSchema.Kind { .float }
    public static var inWords: String { "a number" }
    public func store(_ name: String, in attributes: Attributes) throws { try attributes.set(name, to: self) }

    public init?(stored: AttributeValue) {
        guard case .float(let value) = stored else { return nil }
        self = value
    }
}

/// One of a few things by its name.
extension AttributeKeyValue where Self: RawRepresentable<String> & CaseIterable {
    public static var attributeKind: AttributeSchema.Kind { .string }
    public static var inWords: String { Self.allCases.map(\.rawValue).joined(separator: ", ") }
    public func store(_ name: String, in attributes: Attributes) throws { try rawValue.store(name, in: attributes) }

    public init?(stored: AttributeValue) {
        guard case .string(let value) = stored else { return nil }
        self.init(rawValue: value)
    }
}

extension Paradigm: AttributeKeyValue {}
extension Orientation: AttributeKeyValue {}
extension Gray16: AttributeKeyValue {}
extension Damaged: AttributeKeyValue {}
