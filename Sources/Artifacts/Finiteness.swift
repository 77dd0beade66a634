import HDF5

/// Looks for NaN and infinities.
enum Finiteness {
    /// The index of the first value that is not finite, or nil. Integers always are.
    static func firstProblem<T: Element>(_ values: UnsafeBufferPointer<T>) -> Int? {
        switch T.elementType {
        case .float32: values.withMemoryRebound(to: Float.self) { $0.firstIndex { !$0.isFinite } }
        case .float64: values.withMemoryRebound(to: Double.self) { $0.firstIndex { !$0.isFinite } }
        case .uint8, .int32, .int64, .string: nil
        }
    }
}
