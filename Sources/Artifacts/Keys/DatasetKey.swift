import HDF5

/// The declaration of a dataset with the type of its values: its path stands here and nowhere else.
///
///     public struct ImageKeys: KeyGroup {
///         public let features = DatasetKey<Float>(
///             "images/features", ["image", "dim"], unit: "1", "image feature of the evaluation view, L2-normalised")
///
///     features.values(\.images.features)      // [Float], row-major [image, dim]
public struct DatasetKey<Value: DatasetValue>: Sendable {
    public let schema: DatasetSchema

    /// - Parameters:
    ///   - path, dimensions, unit, meaning, isOptional, allowsNaN: see ``DatasetSchema``.
    public init(
        _ path: String, _ dimensions: [String] = [], unit: String, _ meaning: String, isOptional: Bool = false,
        allowsNaN: Bool = false
    ) {
        schema = DatasetSchema(
            path, Value.elementType, dimensions, unit: unit, meaning, isOptional: isOptional, allowsNaN: allowsNaN,
            codes: Value.codes)
    }

    /// The path without a leading slash, such as `images/features`.
    public var path: String { schema.path }
}

/// What a dataset may hold.
public protocol DatasetValue: Sendable {
    /// The type that it is stored as.
    static var elementType: ElementType { get }
    /// What its numbers stand for, from 0; empty where they are numbers.
    static var codes: [String] { get }
}

extension DatasetValue {
    public static var codes: [String] { [] }
}

extension UInt8: DatasetValue {}
extension Int32: DatasetValue {}
extension Int64: DatasetValue {}
extension Float: DatasetValue {}
extension Double: DatasetValue {}
extension String: DatasetValue {
    public static var elementType: ElementType { .string }
}

/// One of a few things, stored as its place among them: splits, roles and origins.
public protocol DatasetCode: DatasetValue, CaseIterable, RawRepresentable where RawValue == UInt8 {
    /// What tables say in place of the number.
    var name: String { get }
}

extension DatasetCode {
    public static var elementType: ElementType { .uint8 }
    public static var codes: [String] { allCases.map(\.name) }
    public var name: String { "\(self)" }
}
