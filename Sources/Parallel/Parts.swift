import Dispatch

/// Calls `body` with parts of `0..<count` on up to `threads` threads, and returns its results in order.
///
/// - Parameters:
///   - least: how much a part must have for a thread to be worth its start.
///   - threads: as many parts at the most; a thread takes one.
@discardableResult
public func inParts<Result>(
    of count: Int, atLeast least: Int = 256, threads: Int, _ body: @Sendable (Range<Int>) -> Result
) -> [Result] {
    let parts = max(1, min(threads, count / least))
    guard parts > 1 else { return [body(0..<count)] }
    return [Result](unsafeUninitializedCapacity: parts) { results, initialized in
        nonisolated(unsafe) let start = results.baseAddress!
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            (start + part).initialize(to: body(count * part / parts..<count * (part + 1) / parts))
        }
        initialized = parts
    }
}
