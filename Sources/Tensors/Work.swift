import CTorch

/// Runs `body` and counts the floating-point operations of the matrix products and of the attention in it, those of
/// gradients included, as libtorch computes them for this thread, on the CPU or on a GPU.
///
///     let (features, operations) = try countingOperations { try encoder.forward(texts) }
public func countingOperations<Result>(_ body: () throws -> Result) rethrows -> (result: Result, operations: Int) {
    let was = ct_count_operations(true)
    defer { _ = ct_count_operations(was) }
    let before = ct_operations()
    return try (body(), Int(ct_operations() - before))
}
