import Launch
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

    /// Readies libtorch for encoders; returns the device they compute on: of a launcher's processes the GPU that it gives this one.
    func begin() throws -> Tensors.Device {
        let place = try ProcessPlace.current
        // A launcher may show each of its processes nothing but a GPU of its own.
        let isChosen = device == .cuda && place.localSize > 1 && Tensors.Device.acceleratorCount > 1
        let local = isChosen ? place.localRank : nil
        let device = try Tensors.Device(local.map { "cuda:\($0)" } ?? device.rawValue)
        guard device != .cpu || [.fp32, .bf16].contains(precision) else {
            throw TensorError("\(precision.rawValue) is for --device cuda: on the CPU choose fp32 or bf16")
        }
        try Torch.setThreads(threads)
        try Torch.keepFreedMemory()
        try device.begin(tf32: precision == .tf32)
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
