import CTorch

/// The type of a tensor's elements.
public enum DType: Int32, Sendable, CaseIterable {
    case float32 = 0
    case bfloat16 = 1
    case float16 = 2
    case int64 = 3
    case uint8 = 4
    case bool = 5
    case float64 = 6
    case int32 = 7

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .uint8, .bool: 1
        case .bfloat16, .float16: 2
        case .float32, .int32: 4
        case .int64, .float64: 8
        }
    }
}

/// Where a tensor's elements are and its operations run.
public enum Device: Sendable, Hashable, CustomStringConvertible {
    case cpu
    case cuda(Int)

    /// "cpu", "cuda" or "cuda:1".
    public init(_ name: String) throws {
        if name == "cpu" {
            self = .cpu
            return
        }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.first == "cuda", parts.count <= 2, let index = parts.count == 2 ? Int(parts[1]) : 0, index >= 0
        else { throw TensorError("'\(name)' is not a device: use cpu, cuda or cuda:1") }
        let count = Self.acceleratorCount
        guard count > 0 else {
            throw TensorError("this libtorch sees no CUDA device: use --device cpu, or a CUDA build (docs/gpu.md)")
        }
        guard index < count else {
            throw TensorError("there is no \(name): libtorch sees \(count) CUDA device\(count == 1 ? "" : "s"), counted from 0")
        }
        self = .cuda(index)
    }

    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        }
    }

    var code: Int32 {
        switch self {
        case .cpu: -1
        case .cuda(let index): Int32(clamping: index)
        }
    }
}
