#if THREAD_SANITIZER
    /// The library's `Mutex`, made of a lock that ThreadSanitizer sees: where two threads meet at the library's own, the kernel hands it
    /// on, and what the first wrote looks to the sanitizer like a race. Only `scripts/sanitize.sh thread` is built with it.
    public final class Mutex<Value>: @unchecked Sendable {
        private let lock = Monitor()
        private var value: Value

        public init(_ value: sending Value) { self.value = value }

        public func withLock<Result, Failure>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            lock.take()
            defer { lock.release() }
            return try body(&value)
        }
    }
#else
    import Synchronization

    /// A value that one thread at a time uses.
    public typealias Mutex<Value> = Synchronization.Mutex<Value>
#endif
