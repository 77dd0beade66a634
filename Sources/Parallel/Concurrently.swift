import Dispatch

/// Calls `body` for 0..<count, spread over `threads` threads, and throws the first error after all have stopped.
///
/// - Parameter threads: at least 1. One job on each takes every `threads`-th index.
public func concurrently(_ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(threads, 1)) { job in
        for index in stride(from: job, to: count, by: max(threads, 1)) {
            guard failure.withLock({ $0 == nil }) else { return }
            do {
                try body(index)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
    }
    if let error = failure.withLock({ $0 }) { throw error }
}
