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

    /// Readies libtorch for encoders and settles what `auto` is; returns the device they compute on: of a launcher's processes the GPU
    /// that it gives this one.
    ///
    /// - Parameter note: told what `auto` has become.
    mutating func begin(note: (String) -> Void) throws -> Tensors.Device {
        if precision == .auto {
            precision = precision.chosen(on: device)
            note(precision.remark(instead: "--precision auto", on: device))
        }
        let place = try ProcessPlace.current
        // A launcher may show each of its processes nothing but a GPU of its own.
        let isChosen = device == .cuda && place.localSize > 1 && Tensors.Device.acceleratorCount > 1
        let local = isChosen ? place.localRank : nil
        let device = try Tensors.Device(local.map { "cuda:\($0)" } ?? device.rawValue)
        guard device != .cpu || ![.tf32, .fp16].contains(precision) else {
            throw TensorError("\(precision.rawValue) is for --device cuda: on the CPU choose fp32, bf16 or high")
        }
        guard device != .cpu || precision != .high || Processor.current.multipliesBFloat16 else {
            throw TensorError("high is made of products of bfloat16, which this processor does not have: choose fp32")
        }
        try Torch.setThreads(threads)
        try Torch.keepFreedMemory()
        Torch.splitsProducts = device == .cpu && precision == .high
        try device.begin(tf32: precision == .tf32 || precision == .high)
        return device
    }
}

extension Settings where Declared: EncoderParameters {
    /// See ``Compute/begin(note:)``.
    mutating func begin(note: (String) -> Void) throws -> Tensors.Device {
        var compute = Compute()
        (compute.threads, compute.device, compute.precision) = (self.threads, self.device, self.precision)
        let device = try compute.begin(note: note)
        if self.precision != compute.precision { self.precision = compute.precision }
        return device
    }
}
