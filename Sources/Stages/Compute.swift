import Parameters
import Tensors
import Terminal

/// How a stage computes, as `--threads`, `--device` and `--precision` say it on a command line.
public struct Compute: Sendable, Equatable {
    public var threads = 1
    public var device = ComputeDevice.cpu
    public var precision = ComputePrecision.fp32

    public init() {}

    public init(_ options: ComputeOptions) {
        threads = options.threads
        device = options.device
        precision = options.precision
    }

    /// Readies libtorch for encoders; returns the device they compute on.
    func begin() throws -> Tensors.Device {
        let device = try Tensors.Device(device.rawValue)
        try Torch.setThreads(threads)
        try Torch.keepFreedMemory()
        return device
    }
}

extension Settings where Declared: EncoderParameters {
    var compute: Compute {
        var compute = Compute()
        compute.threads = self.threads
        compute.device = self.device
        compute.precision = self.precision
        return compute
    }
}
