/// The arithmetic of the transformers; tf32 and fp16 on GPUs alone.
public enum ComputePrecision: String, Sendable, CaseIterable, ParameterValue {
    case fp32, tf32, bf16, fp16
}
