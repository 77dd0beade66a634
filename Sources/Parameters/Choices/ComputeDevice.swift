/// Where the tensors live: "cpu", "cuda", or of several GPUs "cuda:1".
public struct ComputeDevice: RawRepresentable, Sendable, Hashable, ParameterValue {
    public static let cpu = ComputeDevice(name: "cpu")
    /// The first GPU, or the one that a launcher gives this process.
    public static let cuda = ComputeDevice(name: "cuda")
    public static let parameterKind = ParameterKind.text

    public let rawValue: String

    private init(name: String) { rawValue = name }

    public init?(rawValue: String) {
        let number = rawValue.hasPrefix("cuda:") ? Int(rawValue.dropFirst(5)) : nil
        guard ["cpu", "cuda"].contains(rawValue) || number.map({ (0..<128).contains($0) }) == true else { return nil }
        self.rawValue = rawValue
    }
}
