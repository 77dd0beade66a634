import FoundationEssentials
import Tensors

/// A file that holds tensors by name.
protocol TensorFile: Sendable {
    var url: URL { get }

    /// The names of the tensors, in alphabetical order.
    var names: [String] { get }

    /// The shape of a tensor; nil where the file has none of that name.
    func shape(_ name: String) -> [Int]?

    /// Reads one tensor in the type it is stored in.
    func tensor(_ name: String) throws -> Tensor
}

extension SafetensorsFile: TensorFile {}
