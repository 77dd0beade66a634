#if os(Linux)
    import Glibc
#endif

/// A ``SharedBuffer`` and the memory it is about, freed with it.
public final class SharedNumbers<Number: BitwiseCopyable & Sendable>: Sendable {
    public let buffer: SharedBuffer<Number>

    @inlinable public var start: UnsafeMutablePointer<Number> { buffer.start }
    @inlinable public var count: Int { buffer.count }

    public init(repeating value: Number, count: Int) {
        let memory = Self.allocate(count)
        memory.initialize(repeating: value)
        buffer = SharedBuffer(memory)
    }

    /// Much of it in large pages, where the system has them: numbers far apart are then found sooner.
    private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Number> {
        #if os(Linux)
            let (page, bytes) = (1 << 21, count * MemoryLayout<Number>.stride)
            if bytes >= 8 * page {
                let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
                madvise(memory, bytes, MADV_HUGEPAGE)
                return UnsafeMutableBufferPointer(start: memory.bindMemory(to: Number.self, capacity: count), count: count)
            }
        #endif
        return .allocate(capacity: count)
    }

    public convenience init(_ values: [Number]) where Number: AdditiveArithmetic {
        self.init(repeating: .zero, count: values.count)
        for (position, value) in values.enumerated() { self[position] = value }
    }

    deinit { buffer.start.deallocate() }

    public var values: [Number] { Array(UnsafeBufferPointer(start: start, count: count)) }

    @inlinable
    public subscript(position: Int) -> Number {
        get { buffer[position] }
        set { buffer[position] = newValue }
    }

    public func fill(with value: Number) { start.update(repeating: value, count: count) }
}
