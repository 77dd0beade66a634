/// Where the tensors live.
public enum ComputeDevice: String, Sendable, CaseIterable, ParameterValue {
    case cpu, cuda
}
