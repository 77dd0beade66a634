import CTorch

/// The libtorch this process runs on: version, threads, devices.
public enum Torch {
    /// Such as "2.13.0".
    public static var version: String { String(cString: ct_version()) }

    /// The instruction set that libtorch's CPU kernels use here, such as "AVX512".
    public static var cpuCapability: String { String(cString: ct_cpu_capability()) }

    public static var threads: Int { Int(ct_threads()) }

    /// Sets how many threads one operation uses. Results depend on it in the last bits.
    public static func setThreads(_ count: Int) throws {
        guard count > 0, let count = Int32(exactly: count) else {
            throw TensorError("\(count) is not a number of threads")
        }
        try check(ct_set_threads(count))
    }

    /// Runs operations that are too small for several threads on this one. Given a part, libtorch's other threads would spin for
    /// milliseconds after it, on cores that threads of the program's own could use.
    public static func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
        let before = threads
        try setThreads(1)
        let result = Swift.Result(catching: body)
        try setThreads(before)
        return try result.get()
    }

    /// Whether this thread multiplies float32 with weights that are not trained by three products of bfloat16 each, which are added in
    /// float32: results are off by about 2⁻¹⁶. For CPUs that multiply bfloat16 (`Processor`), and above all for those with AMX, where
    /// three such products are faster than one of float32.
    public static var splitsProducts: Bool {
        get { ct_splits_products() }
        set { ct_split_products(newValue) }
    }

    /// Has freed memory kept for the tensors that come next. Given back to the system, as C libraries do with large blocks, it
    /// comes again page by page, each cleared at the first touch: a tenth of the time of training a ViT-B/32. Called once, in
    /// `main`, by programs that make tensors of the same sizes over and over; with other C libraries than GNU's it does nothing.
    public static func keepFreedMemory() throws {
        try check(ct_keep_freed_memory())
    }
}

/// Runs `body` without recording gradients on this thread.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    let was = ct_set_gradients_enabled(false)
    defer { _ = ct_set_gradients_enabled(was) }
    return try body()
}

func check(_ status: Int32) throws {
    guard status == 0 else { throw TensorError.last }
}
