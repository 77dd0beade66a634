import Launch

/// The arithmetic of the transformers; tf32 and fp16 on GPUs alone.
public enum ComputePrecision: String, Sendable, CaseIterable, ParameterValue {
    case fp32, auto, high, tf32, bf16, fp16

    /// What `auto` stands for on a device; every other one stands for itself.
    ///
    /// The processor's features decide, and nothing is measured on the way, so that the same machine always chooses the same: where
    /// a processor has products of bfloat16 they were measured 2 times as fast as float32's (AVX-512's instructions, on AMD's EPYC) and
    /// 8.8 times (AMX, on Intel's Xeon); where it has none CAP multiplies bfloat16 as float32, as fast as float32 (docs/benchmarks.md).
    /// On GPUs bf16 was the fastest of all (docs/gpu.md).
    public func chosen(on device: ComputeDevice, of processor: Processor = .current) -> ComputePrecision {
        guard self == .auto else { return self }
        return device != .cpu || processor.multipliesBFloat16 ? .bf16 : .fp32
    }

    /// What a person is told where `auto`, by the name that was used for it, became this one.
    public func remark(instead auto: String, on device: ComputeDevice) -> String {
        let reason =
            switch (self, device) {
            case (.bf16, .cpu): "this processor multiplies bfloat16 itself, which is faster"
            case (.bf16, _): "GPUs multiply bfloat16 fastest"
            default: "this processor has no products of bfloat16, which would be faster"
            }
        return "\(auto) is \(rawValue) here: \(reason)"
    }
}
