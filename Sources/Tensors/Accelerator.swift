import CTorch

extension Device {
    /// How many GPUs libtorch sees.
    public static var acceleratorCount: Int { Int(ct_device_count()) }

    /// Readies a GPU for this thread to compute on, with algorithms that give the same bits for the same input. Called once, in
    /// `main`, before anything is computed; nothing on the CPU.
    ///
    /// - Parameter tf32: whether products of float32 are computed in TensorFloat-32, with 10 bits of the 23.
    public func begin(tf32: Bool) throws {
        guard self != .cpu else { return }
        try check(ct_begin_device(code, tf32))
    }

    /// Has the pinned memory that this thread makes belong to this GPU.
    public func use() throws {
        guard self != .cpu else { return }
        try check(ct_use_device(code))
    }

    /// Waits for the work given to the GPU, so that a clock read after it tells the truth.
    public func synchronize() throws {
        guard self != .cpu else { return }
        try check(ct_synchronize(code))
    }

    /// What the driver calls the GPU, such as "NVIDIA H100 80GB HBM3"; nil on the CPU.
    public var acceleratorName: String? {
        guard self != .cpu else { return nil }
        let name = String(cString: ct_device_name(code))
        return name.isEmpty ? description : name
    }

    /// Of NVIDIA's driver, such as "580.159.03"; nil without one.
    public static var driverVersion: String? {
        let version = String(cString: ct_driver_version())
        return version.isEmpty ? nil : version
    }

    /// The most bytes that the tensors on the GPU had together; 0 on the CPU.
    public var peakBytes: Int { self == .cpu ? 0 : max(0, Int(ct_device_peak(code))) }

    /// Images that are encoded at once where nothing is learned from them: enough to keep the device busy.
    public var imagesAtOnce: Int { self == .cpu ? 64 : 512 }
}

extension Tensor {
    /// A tensor for `body` to write, of memory that a GPU reads by itself; plain memory where `device` is the CPU.
    public static func written(
        shape: [Int], dtype: DType, for device: Device, _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> Tensor {
        let tensor = try shape.withSizes { sizes, rank in
            try Tensor(
                owning: device == .cpu
                    ? ct_empty(dtype.rawValue, sizes, rank) : ct_empty_pinned(dtype.rawValue, sizes, rank))
        }
        guard let elements = ct_elements(tensor.pointer) else { throw TensorError.last }
        try withExtendedLifetime(tensor) {
            try body(UnsafeMutableRawBufferPointer(start: elements, count: tensor.count * dtype.size))
        }
        return tensor
    }

    /// The elements on a device, copied there beside what it computes, without anyone waiting where they are in memory that the
    /// device reads by itself.
    public func uploaded(to device: Device) throws -> Tensor { try Tensor(owning: ct_upload(pointer, device.code)) }

    /// Begins to copy the elements to the CPU behind what the device was given so far.
    public func downloading() throws -> Download { try Download(self) }
}

/// Elements on their way from a device to the CPU.
public final class Download {
    private var pointer: OpaquePointer?

    fileprivate init(_ tensor: Tensor) throws {
        pointer = ct_begin_download(tensor.pointer)
        guard pointer != nil else { throw TensorError.last }
    }

    deinit {
        if let pointer { ct_free_download(pointer) }
    }

    /// The elements on the CPU, once they are there. Asked for once.
    public func arrived() throws -> Tensor {
        guard let pointer else { throw TensorError("a download was waited for twice") }
        self.pointer = nil
        return try Tensor(owning: ct_finish_download(pointer))
    }
}

/// Work that a GPU is given once and does again as a whole, for less than its many small parts cost to be asked for: a CUDA graph.
///
///     let step = try RecordedWork { try computeFromBuffers() }
///     try step.replay()
///
/// The work reads and writes the same memory each time, so its inputs are copied into tensors that stay, and nothing in it may
/// look at a number on the CPU.
public final class RecordedWork {
    private let pointer: OpaquePointer

    /// Whether there is a device that records.
    public static var isPossible: Bool { ct_can_record() }

    /// Records the work of `body`, without doing it.
    public init(_ body: () throws -> Void) throws {
        guard let pointer = ct_begin_recording() else { throw TensorError.last }
        self.pointer = pointer
        let result = Result { try body() }
        try check(ct_end_recording(pointer))
        try result.get()
    }

    deinit { ct_free_recording(pointer) }

    public func replay() throws { try check(ct_replay(pointer)) }
}
