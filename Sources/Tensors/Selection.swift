import CTorch

extension Tensor {
    /// The same elements in another shape; one size may be −1.
    public func reshaped(_ shape: [Int]) throws -> Tensor {
        try shape.withSizes { try Tensor(owning: ct_reshape(pointer, $0, $1)) }
    }

    public func permuted(_ dims: [Int]) throws -> Tensor {
        try dims.withSizes { try Tensor(owning: ct_permute(pointer, $0, $1)) }
    }

    public func transposed(_ a: Int, _ b: Int) throws -> Tensor {
        try Tensor(owning: ct_transpose(pointer, Int32(a), Int32(b)))
    }

    /// A view that repeats dimensions of size 1.
    public func expanded(_ shape: [Int]) throws -> Tensor {
        try shape.withSizes { try Tensor(owning: ct_expand(pointer, $0, $1)) }
    }

    public func unsqueezed(_ dim: Int) throws -> Tensor { try Tensor(owning: ct_unsqueeze(pointer, Int32(dim))) }
    public func squeezed(_ dim: Int) throws -> Tensor { try Tensor(owning: ct_squeeze(pointer, Int32(dim))) }
    public func contiguous() throws -> Tensor { try Tensor(owning: ct_contiguous(pointer)) }

    /// `length` elements from `start` along `dim`, as a view.
    public func narrow(dim: Int, start: Int, length: Int) throws -> Tensor {
        try Tensor(owning: ct_narrow(pointer, Int32(dim), Int64(start), Int64(length)))
    }

    /// The slice at `index` along `dim`, which disappears.
    public func select(dim: Int, index: Int) throws -> Tensor {
        try Tensor(owning: ct_select(pointer, Int32(dim), Int64(index)))
    }

    /// All slices along `dim`, which disappears, as views; their gradients are joined in one pass.
    public func unbound(dim: Int) throws -> [Tensor] {
        let dimensions = shape
        let position = dim < 0 ? dim + dimensions.count : dim
        guard dimensions.indices.contains(position) else {
            throw TensorError("a tensor of shape \(dimensions) has no dimension \(dim)")
        }
        var slices = [OpaquePointer?](repeating: nil, count: dimensions[position])
        try check(ct_unbind(pointer, Int32(position), &slices, Int32(slices.count)))
        return try slices.map(Tensor.init(owning:))
    }

    /// The slices at `index` along `dim`, copied.
    public func indexSelect(dim: Int, _ index: Tensor) throws -> Tensor {
        try Tensor(owning: ct_index_select(pointer, Int32(dim), index.pointer))
    }

    /// The rows at `index`, copied.
    public func rows(_ index: [Int]) throws -> Tensor {
        try indexSelect(dim: 0, Tensor(indices: index).to(device))
    }

    /// `out[i][j] = self[i][index[i][j]]` for dim 1, and likewise for other dims.
    public func gather(dim: Int, _ index: Tensor) throws -> Tensor {
        try Tensor(owning: ct_gather(pointer, Int32(dim), index.pointer))
    }

    /// `self[rows[i], columns[i]]` for every i.
    public func at(rows: Tensor, columns: Tensor) throws -> Tensor {
        try Tensor(owning: ct_index_pairs(pointer, rows.pointer, columns.pointer))
    }

    /// Sums the rows that share an index: `[rowCount, width]` of this `[n, width]`.
    public func sumRows(by index: Tensor, rowCount: Int) throws -> Tensor {
        try Tensor(owning: ct_sum_rows_by_index(pointer, index.pointer, Int64(rowCount)))
    }

    public static func concat(_ tensors: [Tensor], dim: Int) throws -> Tensor {
        try withPointers(tensors) { try Tensor(owning: ct_cat($0, $1, Int32(dim))) }
    }

    public static func stack(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
        try withPointers(tensors) { try Tensor(owning: ct_stack($0, $1, Int32(dim))) }
    }

    private static func withPointers<Result>(
        _ tensors: [Tensor], _ body: (UnsafePointer<OpaquePointer?>?, Int32) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(tensors) {
            try tensors.map { Optional($0.pointer) }.withUnsafeBufferPointer {
                try body($0.baseAddress, Int32($0.count))
            }
        }
    }
}
