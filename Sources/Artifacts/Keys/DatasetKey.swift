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
            path, Value.elementType, dimensions, unit: unit, meaning, isOptional: isOptional, allowsNaN: allowsNaN)
    }

    /// The path without a leading slash, such as `images/features`.
    public var path: String { schema.path }
}

/// What a dataset may hold.
public protocol DatasetValue: Sendable {
    /// The type that it is stored as.
    static var elementType: ElementType { get }
}

extension UInt8: DatasetValue {}
extension Int32: DatasetValue {}
extension Int64: DatasetValue {}
extension Float: DatasetValue {}
extension Double: DatasetValue {}
extension String: DatasetValue {
    public static var elementType: ElementType { .string }
}

/// One of a few things, stored as a number: splits, roles and origins.
public protocol DatasetCode: DatasetValue, RawRepresentable where RawValue == UInt8 {}

extension DatasetCode {
    public static var elementType: ElementType { .uint8 }
}
