import Glibc
import Tensors

/// A tensor that is trained, with its name among those of its group.
public struct NamedParameter: Sendable {
    /// What is trained.
    public enum Group: String, Sendable {
        case prompts, adapters
    }

    public let group: Group?
    public let name: String
    public let value: Tensor

    public init(_ name: String, _ value: Tensor, in group: Group? = nil) {
        self.group = group
        self.name = name
        self.value = value
    }

    /// The name with its group's, as artifacts have it.
    public var path: String { [group?.rawValue, name].compactMap { $0 }.joined(separator: "/") }

    /// The same parameter as one of `owner`, such as an adapter.
    func of(_ owner: String) -> NamedParameter { NamedParameter("\(owner)/\(name)", value, in: group) }

    func within(_ group: Group) -> NamedParameter { NamedParameter(name, value, in: group) }
}

extension Tensor {
    /// A trained tensor drawn from N(0, σ²).
    static func parameter(
        normal shape: [Int], deviation: Double, _ device: Device, _ generator: inout SeededGenerator
    ) throws -> Tensor {
        try drawn(shape, device) { Float(generator.normal() * deviation) }
    }

    /// A trained tensor drawn uniformly from ±1/√inputs.
    static func parameter(
        uniform shape: [Int], inputs: Int, _ device: Device, _ generator: inout SeededGenerator
    ) throws -> Tensor {
        try parameter(shape, within: 1 / Double(inputs).squareRoot(), device, &generator)
    }

    /// A trained tensor drawn uniformly from ±bound.
    static func parameter(
        _ shape: [Int], within bound: Double, _ device: Device, _ generator: inout SeededGenerator
    ) throws -> Tensor {
        try drawn(shape, device) { Float((generator.uniform() * 2 - 1) * bound) }
    }

    private static func drawn(_ shape: [Int], _ device: Device, _ draw: () -> Float) throws -> Tensor {
        let values = (0..<shape.reduce(1, *)).map { _ in draw() }
        return try Tensor(values, shape: shape).to(device).asParameter()
    }
}

extension SeededGenerator {
    /// A number drawn from N(0, 1) (Box and Muller).
    mutating func normal() -> Double {
        let radius = (-2 * Glibc.log(1 - uniform())).squareRoot()
        return radius * Glibc.cos(2 * .pi * uniform())
    }
}
