import CTorch

/// An n-dimensional array on a device, with gradients recorded through its operations: a libtorch tensor.
///
///     let a = try Tensor([1, 2, 3, 4], shape: [2, 2])
///     let b = try a.matmul(a.transposed(0, 1)).softmax(dim: 1)
///     print(try b.floats())
///
/// Copies share storage, as in PyTorch. Every operation throws `TensorError` with libtorch's message where the
/// shapes, types or devices do not fit; none traps. Dimensions may be counted from the end (−1 is the last).
public struct Tensor: @unchecked Sendable {
    final class Handle {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) {
            self.pointer = pointer
        }

        deinit {
            ct_free(pointer)
        }
    }

    let handle: Handle

    var pointer: OpaquePointer { handle.pointer }

    /// Takes ownership of what a C function returned; NULL is its failure.
    init(owning pointer: OpaquePointer?) throws {
        guard let pointer else { throw TensorError.last }
        handle = Handle(pointer)
    }
}

// MARK: - Making tensors

extension Tensor {
    public init(_ values: [Float], shape: [Int]) throws {
        try self.init(elements: values, .float32, shape)
    }

    public init(_ values: [Double], shape: [Int]) throws {
        try self.init(elements: values, .float64, shape)
    }

    public init(_ values: [Int64], shape: [Int]) throws {
        try self.init(elements: values, .int64, shape)
    }

    /// Indices, kept as int64.
    public init(indices: some Sequence<Int>) throws {
        let values = indices.map(Int64.init)
        try self.init(values, shape: [values.count])
    }

    public init(_ values: [UInt8], shape: [Int]) throws {
        try self.init(elements: values, .uint8, shape)
    }

    public init(_ values: [Bool], shape: [Int]) throws {
        try self.init(elements: values, .bool, shape)
    }

    /// Copies `bytes` as they are: elements of `dtype` in row-major order.
    public init(bytes: UnsafeRawBufferPointer, dtype: DType, shape: [Int]) throws {
        self = try shape.withSizes { sizes, rank in
            try Tensor(owning: ct_from_data(bytes.baseAddress, bytes.count, dtype.rawValue, sizes, rank))
        }
    }

    private init(elements: [some Any], _ dtype: DType, _ shape: [Int]) throws {
        self = try elements.withUnsafeBytes { try Tensor(bytes: $0, dtype: dtype, shape: shape) }
    }

    public static func full(
        _ value: Double, shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try shape.withSizes { sizes, rank in
            try Tensor(owning: ct_full(value, dtype.rawValue, device.code, sizes, rank))
        }
    }

    public static func zeros(_ shape: [Int], dtype: DType = .float32, device: Device = .cpu) throws -> Tensor {
        try full(0, shape: shape, dtype: dtype, device: device)
    }

    public static func ones(_ shape: [Int], dtype: DType = .float32, device: Device = .cpu) throws -> Tensor {
        try full(1, shape: shape, dtype: dtype, device: device)
    }

    /// 0, 1, … count − 1.
    public static func arange(_ count: Int, dtype: DType = .int64, device: Device = .cpu) throws -> Tensor {
        try Tensor(owning: ct_arange(Int64(count), dtype.rawValue, device.code))
    }
}

// MARK: - Looking inside

extension Tensor {
    public var rank: Int { Int(ct_rank(pointer)) }

    public var shape: [Int] { (0..<ct_rank(pointer)).map { Int(ct_size(pointer, $0)) } }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The element type.
    public var dtype: DType {
        get throws {
            guard let dtype = DType(rawValue: ct_dtype_of(pointer)) else {
                throw TensorError("the tensor's element type has no Swift counterpart")
            }
            return dtype
        }
    }

    public var device: Device {
        let code = ct_device_of(pointer)
        return code < 0 ? .cpu : .cuda(Int(code))
    }

    /// All elements in row-major order, converted to float32.
    public func floats() throws -> [Float] { try elements(.float32, zero: Float(0)) }

    /// All elements in row-major order, converted to float64.
    public func doubles() throws -> [Double] { try elements(.float64, zero: Double(0)) }

    /// All elements in row-major order, converted to int64.
    public func int64s() throws -> [Int64] { try elements(.int64, zero: Int64(0)) }

    /// All elements in row-major order, converted to int64.
    public func ints() throws -> [Int] { try int64s().map(Int.init) }

    /// The only element of a tensor of one element.
    public func item() throws -> Double {
        let values = try doubles()
        guard values.count == 1 else { throw TensorError("a tensor of shape \(shape) is not a single number") }
        return values[0]
    }

    /// Row-major bytes of the elements, converted to `dtype`.
    public func bytes(as dtype: DType) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count * dtype.size) { buffer, initialized in
            try check(ct_copy_out(pointer, dtype.rawValue, buffer.baseAddress, buffer.count))
            initialized = buffer.count
        }
    }

    /// Reads all elements in row-major order without copying them; for contiguous float32 tensors on the CPU.
    public func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) throws -> Result {
        guard let elements = ct_float_elements(pointer) else { throw TensorError.last }
        return try withExtendedLifetime(self) { try body(UnsafeBufferPointer(start: elements, count: count)) }
    }

    private func elements<Element>(_ dtype: DType, zero: Element) throws -> [Element] {
        try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            try check(
                ct_copy_out(pointer, dtype.rawValue, buffer.baseAddress, buffer.count * MemoryLayout<Element>.stride))
            initialized = buffer.count
        }
    }
}

extension [Int] {
    /// The array as C sizes.
    func withSizes<Result>(_ body: (UnsafePointer<Int64>?, Int32) throws -> Result) rethrows -> Result {
        try map(Int64.init).withUnsafeBufferPointer { try body($0.baseAddress, Int32($0.count)) }
    }
}
