import CHDF5

/// The element types that CAP's artifacts use.
public enum ElementType: String, Sendable, CaseIterable {
    case uint8, int32, int64, float32, float64
    /// Variable-length UTF-8 text.
    case string

    /// Bytes per element; 0 for text, whose length varies.
    public var byteCount: Int {
        switch self {
        case .uint8: 1
        case .int32, .float32: 4
        case .int64, .float64: 8
        case .string: 0
        }
    }
}

/// A number that a dataset can hold.
public protocol Element: BitwiseCopyable, Sendable {
    static var elementType: ElementType { get }
}

extension UInt8: Element { public static var elementType: ElementType { .uint8 } }
extension Int32: Element { public static var elementType: ElementType { .int32 } }
extension Int64: Element { public static var elementType: ElementType { .int64 } }
extension Float: Element { public static var elementType: ElementType { .float32 } }
extension Double: Element { public static var elementType: ElementType { .float64 } }

extension ElementType {
    /// The type in memory. Call inside `HDF5Library.locked`.
    func native(_ scope: Scope, file: String) throws -> hid_t {
        switch self {
        case .uint8: try scope.own(H5Tcopy(chdf5_native_uint8()), "copy a type", file: file)
        case .int32: try scope.own(H5Tcopy(chdf5_native_int32()), "copy a type", file: file)
        case .int64: try scope.own(H5Tcopy(chdf5_native_int64()), "copy a type", file: file)
        case .float32: try scope.own(H5Tcopy(chdf5_native_float()), "copy a type", file: file)
        case .float64: try scope.own(H5Tcopy(chdf5_native_double()), "copy a type", file: file)
        case .string: try ElementType.text(scope, file: file)
        }
    }

    /// The type in the file, little-endian everywhere. Call inside `HDF5Library.locked`.
    func stored(_ scope: Scope, file: String) throws -> hid_t {
        switch self {
        case .uint8: try scope.own(H5Tcopy(chdf5_stored_uint8()), "copy a type", file: file)
        case .int32: try scope.own(H5Tcopy(chdf5_stored_int32()), "copy a type", file: file)
        case .int64: try scope.own(H5Tcopy(chdf5_stored_int64()), "copy a type", file: file)
        case .float32: try scope.own(H5Tcopy(chdf5_stored_float()), "copy a type", file: file)
        case .float64: try scope.own(H5Tcopy(chdf5_stored_double()), "copy a type", file: file)
        case .string: try ElementType.text(scope, file: file)
        }
    }

    private static func text(_ scope: Scope, file: String) throws -> hid_t {
        let type = try scope.own(H5Tcopy(chdf5_c_string()), "make a text type", file: file)
        try check(H5Tset_size(type, chdf5_variable_length()), "make a text type", file: file)
        try check(H5Tset_cset(type, H5T_CSET_UTF8), "make a text type", file: file)
        return type
    }
}
