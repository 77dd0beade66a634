import Dispatch
import Tensors

/// Calls `body` with parts of `0..<count`, on several threads if libtorch has several, and returns its results in order.
///
/// - Parameter least: how much a part must have for a thread to be worth its start.
@discardableResult
func inParts<Result>(
    of count: Int, atLeast least: Int = 256, _ body: @Sendable (Range<Int>) -> Result
) -> [Result] {
    let parts = max(1, min(Torch.threads, count / least))
    guard parts > 1 else { return [body(0..<count)] }
    return [Result](unsafeUninitializedCapacity: parts) { results, initialized in
        nonisolated(unsafe) let start = results.baseAddress!
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            (start + part).initialize(to: body(count * part / parts..<count * (part + 1) / parts))
        }
        initialized = parts
    }
}

/// Runs operations of libtorch, on one thread where they are few.
///
/// - Parameter multiplications: about how many `body` makes.
func sparingThreads<Result>(multiplications: Int, _ body: () throws -> Result) throws -> Result {
    try multiplications < 1 << 26 ? Torch.onOneThread(body) : body()
}
