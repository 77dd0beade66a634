/// Declarations that belong together: a kind of artifact, or a part of one that several kinds have.
public protocol KeyGroup: Sendable {}

extension KeyGroup {
    /// Every dataset declared here and in groups within, in the order of declaration.
    var datasets: [DatasetSchema] { declarations.compactMap { ($0 as? any DatasetDeclaration)?.schema } }

    /// Every attribute, likewise.
    var attributes: [AttributeSchema] { declarations.compactMap { ($0 as? any AttributeDeclaration)?.schema } }

    private var declarations: [Any] {
        Mirror(reflecting: self).children.flatMap { _, value -> [Any] in
            switch value {
            case let group as any KeyGroup: group.declarations
            case let list as [Any]: list
            default: [value]
            }
        }
    }
}

/// A ``DatasetKey`` of any type.
private protocol DatasetDeclaration {
    var schema: DatasetSchema { get }
}

/// An ``AttributeKey`` of any type.
private protocol AttributeDeclaration {
    var schema: AttributeSchema { get }
}

extension DatasetKey: DatasetDeclaration {}
extension AttributeKey: AttributeDeclaration {}
