import Parameters
import Tensors
import Terminal

/// The software that computes an artifact, as its provenance records it.
enum SoftwareVersions {
    static var current: [String: String] {
        ["CAP": CAPVersion.current, "libtorch": Torch.version, "CPU kernels": Torch.cpuCapability]
    }
}

extension ComputePrecision {
    /// The type that frozen weights are kept and computed in.
    var dtype: DType {
        switch self {
        case .fp32: .float32
        case .bf16: .bfloat16
        }
    }
}
