/// Numbers at one place in memory that several threads use at once, without a copy and without counting references.
///
/// The compiler cannot see that threads keep out of each other's way, so its check is put aside here, and nowhere else in
/// CAP for memory: whoever uses it sees to it that no place is written by one thread while another reads or writes it,
/// by giving each thread places of its own, and that the memory outlives the threads' work, by waiting for them as
/// ``inParts(of:atLeast:threads:_:)`` and ``concurrently(_:threads:_:)`` do.
@frozen
public struct SharedBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    public let start: UnsafeMutablePointer<Element>
    public let count: Int

    /// The memory of `buffer`, which must have been initialized or be initialized by its writers.
    @inlinable
    public init(_ buffer: UnsafeMutableBufferPointer<Element>) {
        // An empty buffer need not have an address.
        start = buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
        count = buffer.count
    }

    /// The memory of `buffer`, to be read only.
    @inlinable
    public init(reading buffer: UnsafeBufferPointer<Element>) {
        self.init(UnsafeMutableBufferPointer(mutating: buffer))
    }

    @inlinable
    public subscript(position: Int) -> Element {
        @inline(__always) get { start[position] }
        @inline(__always) nonmutating set { start[position] = newValue }
    }

    /// Part of the memory, for a thread that has it to itself.
    @inlinable
    public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: start + range.lowerBound, count: range.count)
    }

    @inlinable public var indices: Range<Int> { 0..<count }
}
