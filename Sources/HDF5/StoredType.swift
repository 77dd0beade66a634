import CHDF5

/// The type of a dataset or an attribute as the file has it, which may be one that CAP does not write.
public enum StoredType: Sendable, Equatable, CustomStringConvertible {
    case integer(bits: Int, signed: Bool)
    case float(bits: Int)
    case string
    /// Compound, enumeration, reference and so on, by name.
    case other(String)

    /// The element type that holds exactly these values, if it is one of CAP's.
    public var elementType: ElementType? {
        switch self {
        case .integer(bits: 8, signed: false): .uint8
        case .integer(bits: 32, signed: true): .int32
        case .integer(bits: 64, signed: true): .int64
        case .float(bits: 32): .float32
        case .float(bits: 64): .float64
        case .string: .string
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .integer(let bits, let signed): (signed ? "int" : "uint") + "\(bits)"
        case .float(let bits): "float\(bits)"
        case .string: "string"
        case .other(let name): name
        }
    }

    /// Whether every value of this type is also a value of `type`.
    func fits(in type: ElementType) -> Bool {
        switch (self, type) {
        case (.integer(let bits, let signed), .uint8): !signed && bits <= 8
        case (.integer(let bits, let signed), .int32): signed ? bits <= 32 : bits < 32
        case (.integer(let bits, let signed), .int64): signed ? bits <= 64 : bits < 64
        case (.float(let bits), .float32): bits <= 32
        case (.float(let bits), .float64): bits <= 64
        case (.string, .string): true
        default: false
        }
    }

    /// Reads the type behind `id`. Call inside `HDF5Library.locked`.
    init(_ id: hid_t) {
        let bits = Int(H5Tget_size(id)) * 8
        self =
            switch H5Tget_class(id) {
            case H5T_INTEGER: .integer(bits: bits, signed: H5Tget_sign(id) == H5T_SGN_2)
            case H5T_FLOAT: .float(bits: bits)
            case H5T_STRING: .string
            case H5T_TIME: .other("time")
            case H5T_BITFIELD: .other("bitfield")
            case H5T_OPAQUE: .other("opaque")
            case H5T_COMPOUND: .other("compound")
            case H5T_REFERENCE: .other("reference")
            case H5T_ENUM: .other("enumeration")
            case H5T_VLEN: .other("variable-length sequence")
            case H5T_ARRAY: .other("array")
            default: .other("unknown type")
            }
    }
}
