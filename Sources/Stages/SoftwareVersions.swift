import Parameters
import Tensors
import Terminal

/// The software that computes an artifact, as its provenance records it.
enum SoftwareVersions {
    static var current: [String: String] {
        ["CAP": CAPVersion.current, "libtorch": Torch.version, "CPU kernels": Torch.cpuCapability]
    }

    /// With the GPU and its driver, where that computes.
    static func of(_ device: Device) -> [String: String] {
        guard let name = device.acceleratorName else { return current }
        return current.merging(["GPU": name, "driver": Device.driverVersion ?? "unknown"]) { $1 }
    }
}

extension ComputePrecision {
    /// The type that frozen weights are kept in; `auto` is another one by then.
    var dtype: DType {
        switch self {
        case .fp32, .auto, .high, .tf32: .float32
        case .bf16: .bfloat16
        case .fp16: .float16
        }
    }
}
