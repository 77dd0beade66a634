import Dispatch

/// Calls `body` with parts of `0..<count` on up to `threads` threads, and returns its results in order.
///
/// - Parameters:
///   - least: how much a part must have for a thread to be worth its start.
///   - threads: how many there are at the most.
///   - partsEach: how many parts there are for a thread, which takes the next one when it is done: several where some take longer than
///     others.
@discardableResult
public func inParts<Result>(
    of count: Int, atLeast least: Int = 256, threads: Int, partsEach: Int = 1, _ body: @Sendable (Range<Int>) -> Result
) -> [Result] {
    let threads = max(1, min(threads, count / least))
    guard threads > 1 else { return [body(0..<count)] }
    let parts = min(threads * partsEach, count / least)
    return [Result](unsafeUninitializedCapacity: parts) { results, initialized in
        nonisolated(unsafe) let start = results.baseAddress!
        let begun = Mutex(0)
        @Sendable func next() -> Int {
            begun.withLock { begun in
                begun += 1
                return begun - 1
            }
        }
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while case let part = next(), part < parts {
                (start + part).initialize(to: body(count * part / parts..<count * (part + 1) / parts))
            }
        }
        initialized = parts
    }
}
