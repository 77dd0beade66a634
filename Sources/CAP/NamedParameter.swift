import Foundation
import Tensors

/// A tensor that is trained, with the path it has in an artifact, such as "adapters/main/up_bias".
public struct NamedParameter: Sendable {
    public let name: String
    public let value: Tensor

    public init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value
    }

    func within(_ group: String) -> NamedParameter { NamedParameter("\(group)/\(name)", value) }
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
        let radius = (-2 * Foundation.log(1 - uniform())).squareRoot()
        return radius * Foundation.cos(2 * .pi * uniform())
    }
}
