import Tensors

/// A linear layer of a transformer block.
enum Linear: Sendable {
    /// Weight `[out, in]`, bias `[out]`.
    case plain(weight: Tensor, bias: Tensor)
    /// Arranged for speed, where the weights are only computed with.
    case packed(PackedLinear)

    /// - Parameter packs: whether the layer may be packed, which many rows at a time make worth the memory.
    init(weight: Tensor, bias: Tensor, packs: Bool) throws {
        self =
            packs && PackedLinear.pays(for: weight)
            ? .packed(try PackedLinear(weight: weight, bias: bias)) : .plain(weight: weight, bias: bias)
    }

    init(_ weights: Weights, _ name: String, packs: Bool) throws {
        try self.init(weight: weights("\(name).weight"), bias: weights("\(name).bias"), packs: packs)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        switch self {
        case .plain(let weight, let bias): try x.linear(weight: weight, bias: bias)
        case .packed(let layer): try layer(x)
        }
    }

    /// Some of the results, which are in `count` equal parts. A packed layer computes them all: it is asked for some by
    /// contexts alone, which have few rows.
    func callAsFunction(_ x: Tensor, parts: Range<Int>, of count: Int) throws -> Tensor {
        guard parts.count < count else { return try self(x) }
        switch self {
        case .plain(let weight, let bias):
            let length = weight.shape[0] / count
            let (start, chosen) = (parts.lowerBound * length, parts.count * length)
            return try x.linear(
                weight: weight.narrow(dim: 0, start: start, length: chosen),
                bias: bias.narrow(dim: 0, start: start, length: chosen))
        case .packed(let layer):
            let all = try layer(x)
            let length = all.shape.last! / count
            return try all.narrow(dim: -1, start: parts.lowerBound * length, length: parts.count * length)
        }
    }
}
