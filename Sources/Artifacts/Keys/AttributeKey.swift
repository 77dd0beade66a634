/// The declaration of a root attribute with the type of its value.
public struct AttributeKey<Value: AttributeKeyValue>: Sendable {
    public let schema: AttributeSchema

    /// - Parameters:
    ///   - name, meaning, isOptional: see ``AttributeSchema``.
    public init(_ name: String, _ meaning: String, isOptional: Bool = false) {
        schema = AttributeSchema(name, Value.attributeKind, meaning, isOptional: isOptional)
    }

    public var name: String { schema.name }
}
