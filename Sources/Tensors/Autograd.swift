import CTorch

extension Tensor {
    /// Whether gradients flow to this tensor.
    public var requiresGrad: Bool { ct_requires_grad(pointer) }

    /// Makes this tensor a leaf that gradients accumulate in (or no longer one).
    public func setRequiresGrad(_ on: Bool) throws {
        try check(ct_set_requires_grad(pointer, on))
    }

    /// A copy of the values as a new leaf that gradients accumulate in.
    public func asParameter() throws -> Tensor {
        let leaf = try detached().cloned()
        try leaf.setRequiresGrad(true)
        return leaf
    }

    /// The same values as a new leaf that gradients accumulate in.
    public func asLeaf() throws -> Tensor {
        let leaf = try detached()
        try leaf.setRequiresGrad(true)
        return leaf
    }

    /// The gradient accumulated by `backward()`; nil before.
    public var grad: Tensor? {
        get throws {
            var found = false
            let gradient = try Tensor(owning: ct_grad(pointer, &found))
            return found ? gradient : nil
        }
    }

    /// Puts `gradient`, of the same shape, in the place of what `backward()` accumulated.
    public func setGrad(_ gradient: Tensor) throws {
        try check(ct_set_grad(pointer, gradient.pointer))
    }

    public func clearGrad() throws {
        try check(ct_clear_grad(pointer))
    }

    /// Adds the gradient of this single number to every leaf it was computed from.
    public func backward() throws {
        try check(ct_backward(pointer, nil))
    }

    /// Continues from `gradient`, which something behind this tensor has with respect to it, into every leaf it was
    /// computed from.
    public func backward(_ gradient: Tensor) throws {
        try check(ct_backward(pointer, gradient.pointer))
    }

    /// The same values, cut off from gradients.
    public func detached() throws -> Tensor { try Tensor(owning: ct_detach(pointer)) }

    public func cloned() throws -> Tensor { try Tensor(owning: ct_clone(pointer)) }

    /// Adds `other · scale` to the elements in place, outside autograd.
    public func addInPlace(_ other: Tensor, scale: Double = 1) throws {
        try check(ct_add_in_place(pointer, other.pointer, scale))
    }

    /// Multiplies the elements in place, outside autograd.
    public func multiplyInPlace(_ scale: Double) throws {
        try check(ct_mul_in_place(pointer, scale))
    }

    /// Adds `a · b · scale` to the elements in place, outside autograd.
    public func addProductInPlace(_ a: Tensor, _ b: Tensor, scale: Double) throws {
        try check(ct_add_product_in_place(pointer, a.pointer, b.pointer, scale))
    }

    /// Overwrites every element with `value` in place, outside autograd.
    public func fillInPlace(_ value: Double) throws {
        try check(ct_fill_in_place(pointer, value))
    }

    /// Overwrites the elements in place, outside autograd.
    public func assign(_ other: Tensor) throws {
        try check(ct_copy_in_place(pointer, other.pointer))
    }

    /// Overwrites the elements from `start` along `dim` in place, outside autograd.
    public func assign(_ other: Tensor, dim: Int, start: Int) throws {
        try check(ct_copy_into(pointer, other.pointer, Int32(dim), Int64(start)))
    }
}
