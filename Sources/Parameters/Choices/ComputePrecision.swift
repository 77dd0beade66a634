/// The arithmetic of the transformers.
public enum ComputePrecision: String, Sendable, CaseIterable, ParameterValue {
    case fp32, bf16
}
