import CTorch

extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try Tensor(owning: ct_add(a.pointer, b.pointer)) }
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try Tensor(owning: ct_sub(a.pointer, b.pointer)) }
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try Tensor(owning: ct_mul(a.pointer, b.pointer)) }
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try Tensor(owning: ct_div(a.pointer, b.pointer)) }

    public static func + (a: Tensor, b: Double) throws -> Tensor { try Tensor(owning: ct_add_scalar(a.pointer, b)) }
    public static func - (a: Tensor, b: Double) throws -> Tensor { try a + -b }
    public static func * (a: Tensor, b: Double) throws -> Tensor { try Tensor(owning: ct_mul_scalar(a.pointer, b)) }
    public static func / (a: Tensor, b: Double) throws -> Tensor { try a * (1 / b) }
    public static func * (a: Double, b: Tensor) throws -> Tensor { try b * a }
    public static func - (a: Double, b: Tensor) throws -> Tensor { try -b + a }
    public static prefix func - (a: Tensor) throws -> Tensor { try Tensor(owning: ct_neg(a.pointer)) }

    /// 1 where the elements are equal.
    public func equals(_ other: Tensor) throws -> Tensor { try Tensor(owning: ct_equal(pointer, other.pointer)) }

    /// Truth of element > bound.
    public func isGreater(than bound: Double) throws -> Tensor {
        try Tensor(owning: ct_greater_scalar(pointer, bound))
    }

    /// Truth of being neither infinite nor NaN.
    public func isFinite() throws -> Tensor { try Tensor(owning: ct_isfinite(pointer)) }

    /// Elements of `a` where the condition holds, of `b` elsewhere.
    public static func choose(_ condition: Tensor, _ a: Tensor, else b: Tensor) throws -> Tensor {
        try Tensor(owning: ct_where(condition.pointer, a.pointer, b.pointer))
    }

    public func maximum(_ other: Tensor) throws -> Tensor { try Tensor(owning: ct_maximum(pointer, other.pointer)) }
    public func clamped(min low: Double) throws -> Tensor { try Tensor(owning: ct_clamp_min(pointer, low)) }
    public func clamped(max high: Double) throws -> Tensor { try Tensor(owning: ct_clamp_max(pointer, high)) }

    public func pow(_ exponent: Double) throws -> Tensor { try Tensor(owning: ct_pow_scalar(pointer, exponent)) }
    public func exp() throws -> Tensor { try Tensor(owning: ct_exp(pointer)) }
    public func log() throws -> Tensor { try Tensor(owning: ct_log(pointer)) }
    public func sqrt() throws -> Tensor { try Tensor(owning: ct_sqrt(pointer)) }
    public func abs() throws -> Tensor { try Tensor(owning: ct_abs(pointer)) }
    public func relu() throws -> Tensor { try Tensor(owning: ct_relu(pointer)) }

    /// The elements as another type; the same tensor where the type is the same.
    public func to(_ dtype: DType) throws -> Tensor { try Tensor(owning: ct_to_dtype(pointer, dtype.rawValue)) }

    /// The elements on another device; the same tensor where the device is the same.
    public func to(_ device: Device) throws -> Tensor { try Tensor(owning: ct_to_device(pointer, device.code)) }
}
