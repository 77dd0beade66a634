import CTorch

extension Tensor {
    public func sum() throws -> Tensor { try Tensor(owning: ct_sum(pointer)) }

    public func sum(dim: Int, keepDim: Bool = false) throws -> Tensor {
        try Tensor(owning: ct_sum_dim(pointer, Int32(dim), keepDim))
    }

    public func mean() throws -> Tensor { try Tensor(owning: ct_mean(pointer)) }

    public func mean(dim: Int, keepDim: Bool = false) throws -> Tensor {
        try Tensor(owning: ct_mean_dim(pointer, Int32(dim), keepDim))
    }

    /// Euclidean norm along `dim`.
    public func norm(dim: Int, keepDim: Bool = false) throws -> Tensor {
        try Tensor(owning: ct_norm_dim(pointer, Int32(dim), keepDim))
    }

    /// Position of the largest element along `dim`, the first one among equals on the CPU.
    public func argmax(dim: Int) throws -> Tensor { try Tensor(owning: ct_argmax(pointer, Int32(dim))) }

    public func max(dim: Int) throws -> (values: Tensor, indices: Tensor) {
        try pair { ct_extreme(pointer, Int32(dim), true, $0, $1) }
    }

    public func min(dim: Int) throws -> (values: Tensor, indices: Tensor) {
        try pair { ct_extreme(pointer, Int32(dim), false, $0, $1) }
    }

    private func pair(
        _ body: (UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws -> (values: Tensor, indices: Tensor) {
        var values: OpaquePointer?
        var indices: OpaquePointer?
        try check(body(&values, &indices))
        return try (Tensor(owning: values), Tensor(owning: indices))
    }
}
