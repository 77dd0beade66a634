import CHDF5
import CSealedHDF5

/// The value of an attribute.
public enum AttributeValue: Sendable, Equatable, CustomStringConvertible {
    case string(String)
    case int(Int64)
    case float(Double)
    case strings([String])
    case ints([Int64])
    case floats([Double])
    /// A type that this library does not read, described.
    case other(String)

    public var description: String {
        switch self {
        case .string(let value): value
        case .int(let value): String(value)
        case .float(let value): "\(value)"
        case .strings(let values): values.joined(separator: ", ")
        case .ints(let values): values.map { String($0) }.joined(separator: ", ")
        case .floats(let values): values.map { "\($0)" }.joined(separator: ", ")
        case .other(let description): description
        }
    }
}

extension AttributeValue {
    /// What it is, without its values.
    var kind: String {
        switch self {
        case .string: "a text"
        case .int: "an integer"
        case .float: "a number"
        case .strings(let values): "\(values.count) texts"
        case .ints(let values): "\(values.count) integers"
        case .floats(let values): "\(values.count) numbers"
        case .other(let description): description
        }
    }
}

/// A group or a dataset: what attributes can be attached to.
public protocol Attributed {
    /// The path in the file, starting with a slash.
    var path: String { get }
    /// The file's path, for messages.
    var file: String { get }
    var attributes: Attributes { get }
}

/// The attributes of one group or dataset.
public struct Attributes: @unchecked Sendable {
    let owner: Handle
    let path: String
    let file: String

    /// Names in the order of their creation where the file keeps it, else sorted.
    public func names() throws -> [String] {
        try HDF5Library.locked { _ in
            let list = NameList()
            let add: H5A_operator2_t = { _, name, _, context in NameList.append(name, to: context) }
            let pointer = Unmanaged.passUnretained(list).toOpaque()
            try withExtendedLifetime(list) {
                var position: hsize_t = 0
                if H5Aiterate2(owner.id, H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, add, pointer) < 0 {
                    list.names = []
                    position = 0
                    try check(
                        H5Aiterate2(owner.id, H5_INDEX_NAME, H5_ITER_INC, &position, add, pointer),
                        "cannot list the attributes of \(path)", file: file)
                }
            }
            return list.names
        }
    }

    /// The value of an attribute, or nil if there is none of that name.
    public func value(_ name: String) throws -> AttributeValue? {
        try HDF5Library.locked { scope in
            let exists = try check(
                H5Aexists(owner.id, name), "cannot look up attribute \(name) of \(path)", file: file)
            guard exists > 0 else { return nil }
            let action = "cannot read attribute \(name) of \(path)"
            let attribute = try scope.own(H5Aopen(owner.id, name, chdf5_default()), action, file: file)
            let type = try scope.own(H5Aget_type(attribute), action, file: file)
            let space = try scope.own(H5Aget_space(attribute), action, file: file)
            let stored = StoredType(type)
            let isScalar = H5Sget_simple_extent_type(space) == H5S_SCALAR
            let points = try check(H5Sget_simple_extent_npoints(space), action, file: file)
            guard let count = Int(exactly: points), count <= 1 << 20, csealed_attribute_refusal(attribute, nil) == 0 else {
                return .other("\(stored), \(points) values")
            }
            if stored == .string {
                let texts = try Text.read(
                    type: type, count: count, scope: scope, action: action, file: file
                ) { memoryType, buffer in
                    H5Aread(attribute, memoryType, buffer)
                } reclaim: { memoryType, buffer in
                    _ = chdf5_reclaim(memoryType, space, buffer)
                }
                return isScalar ? texts.first.map { .string($0) } : .strings(texts)
            }
            if stored.fits(in: .int64) {
                let values = try numbers(
                    Int64.self, from: attribute, count: count, scope: scope, action: action)
                return isScalar ? values.first.map { .int($0) } : .ints(values)
            }
            if stored.fits(in: .float64) {
                let values = try numbers(
                    Double.self, from: attribute, count: count, scope: scope, action: action)
                return isScalar ? values.first.map { .float($0) } : .floats(values)
            }
            return .other("\(stored)")
        }
    }

    private func numbers<T: Element>(
        _ type: T.Type, from attribute: hid_t, count: Int, scope: Scope, action: String
    ) throws -> [T] {
        let memoryType = try T.elementType.native(scope, file: file)
        return try [T](unsafeUninitializedCapacity: max(count, 1)) { buffer, initialized in
            try check(H5Aread(attribute, memoryType, buffer.baseAddress), action, file: file)
            initialized = count
        }
    }

    /// Writes a text attribute.
    public func set(_ name: String, to value: String) throws {
        try Text.requireNoNul(value, "attribute \(name) of \(path)", file: file)
        try create(name, type: .string) { attribute, type in
            value.withCString { text in
                var pointer: UnsafePointer<CChar>? = text
                return H5Awrite(attribute, type, &pointer)
            }
        }
    }

    /// Removes an attribute, where there is one of that name.
    public func remove(_ name: String) throws {
        try HDF5Library.locked { _ in
            let action = "cannot remove attribute \(name) of \(path)"
            guard try check(H5Aexists(owner.id, name), action, file: file) > 0 else { return }
            try check(H5Adelete(owner.id, name), action, file: file)
        }
    }

    /// Writes an integer attribute.
    public func set(_ name: String, to value: Int64) throws {
        var value = value
        try create(name, type: .int64) { attribute, type in H5Awrite(attribute, type, &value) }
    }

    /// Writes a floating-point attribute.
    public func set(_ name: String, to value: Double) throws {
        var value = value
        try create(name, type: .float64) { attribute, type in H5Awrite(attribute, type, &value) }
    }

    private func create(_ name: String, type: ElementType, write: (hid_t, hid_t) -> herr_t) throws {
        try HDF5Library.locked { scope in
            let action = "cannot write attribute \(name) of \(path)"
            let space = try scope.own(H5Screate(H5S_SCALAR), action, file: file)
            let attribute = try scope.own(
                H5Acreate2(
                    owner.id, name, type.stored(scope, file: file), space, chdf5_default(), chdf5_default()),
                action, file: file)
            try check(write(attribute, type.native(scope, file: file)), action, file: file)
        }
    }
}
