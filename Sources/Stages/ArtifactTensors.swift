import Artifacts
import Tensors

extension ArtifactReader {
    /// A dataset as a tensor on the CPU.
    func tensor(_ key: KeyPath<Kind, DatasetKey<Float>>) throws -> Tensor {
        try Tensor(values(key), shape: shape(key))
    }
}
