import HDF5

/// Looks for NaN and infinities.
package enum Finiteness {
    /// The index of the first value that is not finite, or nil. Integers always are.
    package static func firstProblem<T: Element>(_ values: UnsafeBufferPointer<T>) -> Int? {
        switch T.elementType {
        case .float32:
            values.withMemoryRebound(to: UInt32.self) { firstNotBelow(Float.infinity.bitPattern, $0) }
        case .float64:
            values.withMemoryRebound(to: UInt64.self) { firstNotBelow(Double.infinity.bitPattern, $0) }
        case .uint8, .int32, .int64, .string: nil
        }
    }

    /// The index of the first number that, but for its sign bit, is `infinity` or more, as those of NaN are.
    @inline(__always)
    private static func firstNotBelow<Bits: FixedWidthInteger & UnsignedInteger>(
        _ infinity: Bits, _ values: UnsafeBufferPointer<Bits>
    ) -> Int? {
        // Many at a time, so that vectors can be asked and not each number.
        let many = 1024, allButSign = Bits.max >> 1
        for start in stride(from: 0, to: values.count, by: many) {
            let part = values[start..<min(start + many, values.count)]
            var greatest: Bits = 0
            for bits in part { greatest = max(greatest, bits & allButSign) }
            if greatest >= infinity { return part.firstIndex { $0 & allButSign >= infinity } }
        }
        return nil
    }
}
